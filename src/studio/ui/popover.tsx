/** A popover on a button: a list beside what opened it. What it is made of is loaded when one is first opened. */
import { cloneElement, lazy, Suspense, useState } from 'react';
import type { PopoverProps } from './popover-base.tsx';

const load = () => import('./popover-base.tsx').then(({ PopoverBase }) => ({ default: PopoverBase }));
const LazyPopover = lazy(load);

export function Popover({ trigger, title, children }: PopoverProps) {
  const [wanted, setWanted] = useState(false);
  const closed = cloneElement(trigger, {
    'aria-haspopup': 'dialog',
    'aria-expanded': false,
    onClick: () => setWanted(true),
    onPointerEnter: () => void load(),
  });
  if (!wanted) return closed;
  return (
    <Suspense fallback={closed}>
      <LazyPopover trigger={trigger} title={title}>
        {children}
      </LazyPopover>
    </Suspense>
  );
}

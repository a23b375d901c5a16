/** A menu of actions on a button. What it is made of is loaded when one is first opened. */
import { cloneElement, lazy, Suspense, useState } from 'react';
import type { MenuProps } from './menu-base.tsx';

const load = () => import('./menu-base.tsx').then(({ MenuBase }) => ({ default: MenuBase }));
const LazyMenu = lazy(load);

export function Menu({ trigger, items }: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const closed = cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => setWanted(true),
    onPointerEnter: () => void load(),
  });
  if (!wanted) return closed;
  return (
    <Suspense fallback={closed}>
      <LazyMenu trigger={trigger} items={items} />
    </Suspense>
  );
}

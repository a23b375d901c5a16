/** A popover on a button: a list beside what opened it. What it is made of is loaded when one is first opened. */
import { loadedWhenOpened } from './loaded-when-opened.tsx';
import type { PopoverProps } from './popover-base.tsx';

export const Popover = loadedWhenOpened<PopoverProps>('dialog', () =>
  import('./popover-base.tsx').then((made) => made.PopoverBase),
);

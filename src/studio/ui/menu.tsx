/** A menu of actions on a button. What it is made of is loaded when one is first opened. */
import { loadedWhenOpened } from './loaded-when-opened.tsx';
import type { MenuProps } from './menu-base.tsx';

export const Menu = loadedWhenOpened<MenuProps>('menu', () => import('./menu-base.tsx').then((made) => made.MenuBase));

/** The menu proper, on Base UI; loaded when a menu is first opened (see menu.tsx). */
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly keys?: string;
  readonly disabled?: boolean;
  /** Starts a new group. */
  readonly separated?: boolean;
  readonly run: () => void;
}

export interface MenuProps {
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly items: readonly MenuItem[];
}

export function MenuBase({ trigger, items }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-40">
          <Base.Popup className="menu">
            {items.map((item) => (
              <div key={item.label} className="contents">
                {item.separated && <Base.Separator className="menu-separator" />}
                <Base.Item className="menu-item" disabled={item.disabled ?? false} onClick={item.run}>
                  {item.icon !== undefined && (
                    <span className="menu-icon" aria-hidden>
                      {item.icon}
                    </span>
                  )}
                  {item.label}
                  {item.keys !== undefined && <kbd className="keys">{item.keys}</kbd>}
                </Base.Item>
              </div>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** A menu of actions on a button. */
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

export function Menu({ trigger, items }: { readonly trigger: ReactElement<Record<string, unknown>>; readonly items: readonly MenuItem[] }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-40">
          <Base.Popup className="menu">
            {items.map((item) => (
              <div key={item.label} className="contents">
                {item.separated && <Base.Separator className="menu-separator" />}
                <Base.Item className="menu-item" disabled={item.disabled ?? false} onClick={item.run}>
                  <span className="menu-icon" aria-hidden>
                    {item.icon}
                  </span>
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

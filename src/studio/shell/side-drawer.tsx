/** A panel that slides in from the side, for palette and inspector on narrow screens. */
import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

interface SideDrawerProps {
  readonly side: 'left' | 'right';
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function SideDrawer({ side, title, open, onClose, children }: SideDrawerProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={`drawer drawer-${side}`}>
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

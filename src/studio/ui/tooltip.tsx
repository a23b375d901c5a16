/** Tooltip on hover and focus: what a control does and its keys, or what a number means. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

interface HintProps {
  readonly text: ReactNode;
  /** Keys that do the same, e.g. `Ctrl+Z`. */
  readonly keys?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly children: ReactElement<Record<string, unknown>>;
}

export const TooltipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Tooltip.Provider delay={450}>{children}</Tooltip.Provider>
);

/** Wraps one focusable element. The hint is for sighted users: the element has an accessible name of its own. */
export function Hint({ text, keys, side = 'bottom', children }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={7} side={side} className="z-50">
          <Tooltip.Popup className="hint">
            <span>{text}</span>
            {keys !== undefined && <kbd className="keys">{keys}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** A figure or word that says what it means on hover and focus. */
export function Meaning({ of: children, is, className = '' }: { readonly of: ReactNode; readonly is: string; readonly className?: string }) {
  return (
    <Hint text={is} side="top">
      <span className={`meaning ${className}`}>{children}</span>
    </Hint>
  );
}

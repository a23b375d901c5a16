/**
 * Tooltips on hover and focus: what a control does and its keys, or what a number means. The words stand in data
 * attributes; one layer for the whole page shows those of the element under the pointer, so that a hint costs nothing.
 */
import { cloneElement, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { hintPlace, type Side } from './hint-place.ts';

interface HintProps {
  readonly text: string;
  /** Keys that do the same, e.g. `Ctrl+Z`. */
  readonly keys?: string | undefined;
  readonly side?: Side;
  readonly children: ReactElement<Record<string, unknown>>;
}

/** Gives a hint to one element, which passes attributes on to the page and has an accessible name of its own. */
export function Hint({ text, keys, side = 'bottom', children }: HintProps) {
  const described = children.props['aria-label'] === text ? {} : { 'aria-description': text };
  return cloneElement(children, { ...described, 'data-hint': text, 'data-hint-keys': keys, 'data-hint-side': side });
}

/** A figure or word that says what it means on hover. */
export const Meaning = ({
  of: children,
  is,
  className = '',
}: {
  readonly of: ReactNode;
  readonly is: string;
  readonly className?: string;
}) => (
  <span className={`meaning ${className}`} data-hint={is} data-hint-side="top">
    {children}
  </span>
);

const patienceMs = 450;
/** Within this time after a hint has gone, the next shows at once. */
const warmMs = 300;

interface Shown {
  readonly anchor: Element;
  readonly text: string;
  readonly keys: string | undefined;
  readonly side: Side;
}

/** Shows the hint of whatever is under the pointer or has the focus. One per page. */
export function HintLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => watchHints(setShown), []);
  useEffect(() => {
    const element = box.current;
    if (element === null || shown === null) return;
    const { left, top } = hintPlace(shown.anchor.getBoundingClientRect(), element.getBoundingClientRect(), shown.side, {
      width: innerWidth,
      height: innerHeight,
    });
    element.style.translate = `${left}px ${top}px`;
  }, [shown]);
  if (shown === null) return null;
  return (
    <div ref={box} className="hint" aria-hidden>
      <span>{shown.text}</span>
      {shown.keys !== undefined && <kbd className="keys">{shown.keys}</kbd>}
    </div>
  );
}

function watchHints(show: (shown: Shown | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let anchor: Element | null = null;
  let visible = false;
  let goneAt = -Infinity;
  const hide = () => {
    clearTimeout(timer);
    if (visible) goneAt = performance.now();
    anchor = null;
    visible = false;
    show(null);
  };
  const offer = (element: Element | null, delay: number) => {
    if (element === anchor) return;
    hide();
    if (element === null) return;
    anchor = element;
    timer = setTimeout(
      () => {
        if (!element.isConnected) return;
        visible = true;
        show(hintOf(element));
      },
      performance.now() - goneAt < warmMs ? 0 : delay,
    );
  };
  const onOver = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') offer(hinted(event.target), patienceMs);
  };
  const onFocus = (event: FocusEvent) => {
    const element = hinted(event.target);
    if (element?.matches(':focus-visible')) offer(element, patienceMs);
  };
  const listeners: readonly [string, (event: never) => void][] = [
    ['pointerover', onOver],
    ['focusin', onFocus],
    ['focusout', hide],
    ['pointerdown', hide],
    ['keydown', hide],
    ['scroll', hide],
    ['dragstart', hide],
  ];
  for (const [name, listener] of listeners)
    document.addEventListener(name, listener as EventListener, { capture: true, passive: true });
  return () => {
    clearTimeout(timer);
    for (const [name, listener] of listeners)
      document.removeEventListener(name, listener as EventListener, { capture: true });
  };
}

const hinted = (target: EventTarget | null): Element | null =>
  target instanceof Element ? target.closest('[data-hint]') : null;

const hintOf = (anchor: Element): Shown => ({
  anchor,
  text: anchor.getAttribute('data-hint') ?? '',
  keys: anchor.getAttribute('data-hint-keys') ?? undefined,
  side: (anchor.getAttribute('data-hint-side') as Side | null) ?? 'bottom',
});

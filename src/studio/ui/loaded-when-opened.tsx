/** What opens on a button and is loaded when that is first reached for: until then only the button is there. */
import { cloneElement, lazy, Suspense, useState, type ComponentType, type ReactElement } from 'react';

interface Opened {
  readonly trigger: ReactElement<Record<string, unknown>>;
}

/** `load` is asked when the pointer comes near or the button is pressed; what it brings opens itself. */
export function loadedWhenOpened<Props extends Opened>(
  popup: 'menu' | 'dialog',
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const loaded = () => load().then((component) => ({ default: component }));
  const Base = lazy<ComponentType<Props>>(loaded);
  return function LoadedWhenOpened(props: Props) {
    const [wanted, setWanted] = useState(false);
    const closed = cloneElement(props.trigger, {
      'aria-haspopup': popup,
      'aria-expanded': false,
      onClick: () => setWanted(true),
      onPointerEnter: () => void loaded(),
    });
    if (!wanted) return closed;
    return (
      <Suspense fallback={closed}>
        <Base {...props} />
      </Suspense>
    );
  };
}

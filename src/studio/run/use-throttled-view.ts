/** The newest ClusterView, at most so many times a second: for text and tables, which nobody reads at 60 Hz. */
import { useEffect, useState } from 'react';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { runStore } from './run-store.ts';

const intervalMs = 200;

/** For `useThrottledView`: all of it. */
export const wholeView = (view: ClusterView | null): ClusterView | null => view;

/** `pick` is read at each beat; the component renders again only when its result is another reference. */
export function useThrottledView<T>(pick: (view: ClusterView | null) => T): T {
  const [value, setValue] = useState(() => pick(runStore.getState().view));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const beat = (): void => {
      timer = null;
      setValue(() => pick(runStore.getState().view));
    };
    const unsubscribe = runStore.subscribe(() => {
      timer ??= setTimeout(beat, intervalMs);
    });
    beat();
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [pick]);
  return value;
}

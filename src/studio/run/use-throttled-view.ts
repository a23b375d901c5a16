/** The newest ClusterView, at the beat of the page: for text and tables. */
import { useEffect, useState } from 'react';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { onBeat } from './beat.ts';
import { runStore } from './run-store.ts';

/** For `useThrottledView`: all of it. */
export const wholeView = (view: ClusterView | null): ClusterView | null => view;

/** `pick` is read at each beat; the component renders again only when its result is another reference. */
export function useThrottledView<T>(pick: (view: ClusterView | null) => T): T {
  const [value, setValue] = useState(() => pick(runStore.getState().view));
  useEffect(() => {
    const read = (): void => setValue(() => pick(runStore.getState().view));
    read();
    return onBeat(read);
  }, [pick]);
  return value;
}

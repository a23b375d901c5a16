/**
 * What the person looks at in the Checkpoints view; kept while the page is open, as the tabs of the dock come and go. What
 * was of the run on screen goes with it: the next run numbers its checkpoints from 1 again.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { runStore } from '../../run/run-store.ts';
import type { Snapshot } from './snapshots.ts';

export type Part = 'history' | 'snapshot' | 'difference' | 'stored';

interface Choices {
  readonly part: Part;
  /** Key of the row whose course is shown; null: always the newest. */
  readonly row: string | null;
  /** In the explorer; null: the newest of the run on screen is opened. */
  readonly snapshot: Snapshot | null;
  readonly before: Snapshot | null;
  readonly after: Snapshot | null;
}

const store = createStore<Choices>(() => ({ part: 'history', row: null, snapshot: null, before: null, after: null }));

export const currentChoices = (): Choices => store.getState();

runStore.subscribe((run, last) => {
  if (run.runNumber === last.runNumber) return;
  const stays = (snapshot: Snapshot | null) =>
    snapshot !== null && (snapshot.of !== '' || snapshot.run === run.record?.run) ? snapshot : null;
  const { snapshot, before, after } = store.getState();
  store.setState({ row: null, snapshot: stays(snapshot), before: stays(before), after: stays(after) });
});

export const useChoices = <T>(selector: (choices: Choices) => T): T => useStore(store, selector);

export const showPart = (part: Part): void => store.setState({ part });
export const chooseRow = (row: string | null): void => store.setState({ row });
export const chooseSnapshot = (snapshot: Snapshot | null): void => store.setState({ snapshot });
export const chooseBefore = (before: Snapshot | null): void => store.setState({ before });
export const chooseAfter = (after: Snapshot | null): void => store.setState({ after });
export const exploreSnapshot = (snapshot: Snapshot): void => store.setState({ snapshot, part: 'snapshot' });
export const compareWith = (before: Snapshot): void => store.setState({ before, part: 'difference' });

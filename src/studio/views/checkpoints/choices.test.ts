/** What is looked at when another run begins. */
import { afterEach, expect, test } from 'vitest';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { initialRun, runStore } from '../../run/run-store.ts';
import { chooseAfter, chooseBefore, chooseRow, chooseSnapshot, currentChoices } from './choices.ts';
import { openings, type Snapshot } from './snapshots.ts';

const snapshot = (run: string, of = ''): Snapshot => ({ run, of, metadata: { checkpoint: 1 } }) as unknown as Snapshot;
const begin = (run: string, runNumber: number) =>
  runStore.setState({ runNumber, record: { run, document: 'd', job: '', startedAt: 0, endedAt: null } });

afterEach(() => {
  runStore.setState(initialRun);
});

test('another run shows its own snapshots; those that were chosen from the store stay', () => {
  begin('one', 1);
  chooseRow('3');
  chooseSnapshot(snapshot('one'));
  chooseBefore(snapshot('earlier', '“Flights”'));
  chooseAfter(snapshot('one'));
  begin('two', 2);
  expect(currentChoices()).toMatchObject({ row: null, snapshot: null, after: null, before: { run: 'earlier' } });
});

test('what is looked at stays while the run goes on', () => {
  begin('one', 1);
  chooseRow('3');
  chooseSnapshot(snapshot('one'));
  runStore.setState({ paused: true });
  expect(currentChoices()).toMatchObject({ row: '3', snapshot: { run: 'one' } });
});

test('no checkpoint of the run before is offered under the name of the next', () => {
  const view = (checkpoints: readonly number[]) =>
    ({
      graph: {},
      checkpoints: { retained: checkpoints.map((checkpoint) => ({ checkpoint })) },
    }) as unknown as ClusterView;
  begin('one', 1);
  runStore.setState({ view: view([2, 1]) });
  expect(openings().map(({ run, metadata }) => [run, metadata.checkpoint])).toEqual([
    ['one', 2],
    ['one', 1],
  ]);
  runStore.setState({
    runNumber: 2,
    record: { run: 'two', document: 'd', job: '', startedAt: 0, endedAt: null },
    view: view([]),
  });
  expect(openings()).toEqual([]);
});

/** The difference of two snapshots as rows: operator state by its places, then keyed state, timers and in-flight data. Pure. */
import type { Change, SnapshotDifference } from '../../../connectors/checkpoints/difference.ts';
import { valueChanges } from '../../../connectors/checkpoints/difference.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import { channelName, jsonText, keyText, momentText, namespaceText, stateText } from './contents.ts';

export type DiffPart = 'operator state' | 'keyed state' | 'timer' | 'in flight';

export interface DiffRow {
  readonly key: string;
  readonly change: Change<unknown>['change'];
  readonly part: DiffPart;
  /** Which operator or subtask: `Hourly`, `Flights 1`. */
  readonly of: string;
  /** What in it: a path, a key with its namespace, a channel. */
  readonly place: string;
  /** Empty where it was not, or is no more. */
  readonly before: string;
  readonly after: string;
}

export function diffRows(difference: SnapshotDifference, graph: ExecutionGraph | null): readonly DiffRow[] {
  const names = new Map(
    (graph?.jobGraph.vertices ?? []).flatMap((vertex) => [
      ...vertex.operators.map((each) => [each.node, each.name] as const),
      [vertex.id, vertex.operators[0]?.name ?? vertex.id] as const,
    ]),
  );
  const nameOf = (id: string) => names.get(id) ?? id;
  return [
    ...operatorRows(difference, nameOf),
    ...keyedRows(difference, nameOf),
    ...timerRows(difference, nameOf),
  ].concat(inFlightRows(difference, nameOf, graph));
}

type NameOf = (id: string) => string;

/** Of a change the newest that there is. */
const newest = <T>(change: Change<T>): T => (change.change === 'removed' ? change.before : change.after);
const sides = <T>(change: Change<T>, text: (of: T) => string): Pick<DiffRow, 'before' | 'after'> => ({
  before: change.change === 'added' ? '' : text(change.before),
  after: change.change === 'removed' ? '' : text(change.after),
});

/** A changed state is one row per place that changed. */
function operatorRows({ operators }: SnapshotDifference, nameOf: NameOf): DiffRow[] {
  return operators.flatMap((change): DiffRow[] => {
    const { vertex, index, node } = newest(change);
    const row = { part: 'operator state', of: `${nameOf(node)} ${index}` } as const;
    const key = `operator ${vertex} ${index} ${node}`;
    if (change.change !== 'changed')
      return [{ ...row, key, change: change.change, place: 'all of it', ...sides(change, (at) => jsonText(at.state)) }];
    return valueChanges(change.before.state, change.after.state).map(({ path, before, after }) => ({
      ...row,
      key: `${key} ${path}`,
      change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
      place: path === '' ? 'state' : path,
      before: before === undefined ? '' : jsonText(before),
      after: after === undefined ? '' : jsonText(after),
    }));
  });
}

function keyedRows({ keyed }: SnapshotDifference, nameOf: NameOf): DiffRow[] {
  return keyed.map((change): DiffRow => {
    const { vertex, state, namespace, key } = newest(change);
    const within = namespaceText(namespace);
    return {
      key: `keyed ${JSON.stringify([vertex, state, namespace, key])}`,
      change: change.change,
      part: 'keyed state',
      of: nameOf(vertex),
      place: `${keyText(key)}${within === '' ? '' : ` · ${within}`} · ${state}`,
      ...sides(change, stateText),
    };
  });
}

function timerRows({ timers }: SnapshotDifference, nameOf: NameOf): DiffRow[] {
  return timers.map((change): DiffRow => {
    const { vertex, domain, time, namespace, key } = newest(change);
    const within = namespaceText(namespace);
    return {
      key: `timer ${JSON.stringify([vertex, domain, time, namespace, key])}`,
      change: change.change,
      part: 'timer',
      of: nameOf(vertex),
      place: `${keyText(key)}${within === '' ? '' : ` · ${within}`}`,
      ...sides(change, (at) => `${at.domain} time ${momentText(at.time)}`),
    };
  });
}

function inFlightRows({ inFlight }: SnapshotDifference, nameOf: NameOf, graph: ExecutionGraph | null): DiffRow[] {
  return inFlight.map((change): DiffRow => {
    const { vertex, side, channel } = newest(change);
    return {
      key: `in flight ${side} ${channel}`,
      change: change.change,
      part: 'in flight',
      of: nameOf(vertex),
      place: `${channelName(graph, channel)}, at the ${side === 'input' ? 'receiver' : 'sender'}`,
      ...sides(change, (at) => `${at.records.toLocaleString('en-US')} ${at.records === 1 ? 'record' : 'records'}`),
    };
  });
}

export interface DiffCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export function diffCounts(rows: readonly DiffRow[]): DiffCounts {
  const of = (change: DiffRow['change']) => rows.filter((row) => row.change === change).length;
  return { added: of('added'), removed: of('removed'), changed: of('changed') };
}

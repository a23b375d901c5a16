/** The view of one subtask, from its gauges. */
import { MIN_EVENT_TIME } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { OperatorGauges, SubtaskGauges } from '../wire/reports.ts';
import type { OperatorView, SubtaskView } from './cluster-view.ts';
import { allIdle, nextRate, sharesBetween } from './rates.ts';
import type { Interval } from './rates.ts';

export function foldGauges(before: SubtaskView, gauges: SubtaskGauges, interval: Interval): SubtaskView {
  const { recordsIn, recordsOut } = gauges;
  return {
    ...before,
    shares: sharesBetween(before.gauges, gauges) ?? before.shares,
    recordsIn,
    recordsOut,
    recordsInPerSecond: nextRate(before.recordsInPerSecond, recordsIn - before.recordsIn, interval),
    recordsOutPerSecond: nextRate(before.recordsOutPerSecond, recordsOut - before.recordsOut, interval),
    watermark: gauges.watermark,
    idle: gauges.idle,
    operators: foldOperators(before.operators, gauges, interval),
    gauges,
  };
}

/** A subtask that was ended before it started tells of no operators: what was known of them stays. */
function foldOperators(
  before: ReadonlyMap<NodeId, OperatorView>,
  { operators }: SubtaskGauges,
  interval: Interval,
): ReadonlyMap<NodeId, OperatorView> {
  const after = new Map(before);
  for (const one of operators) after.set(one.node, foldOperator(before, one, interval));
  return after;
}

function foldOperator(
  before: ReadonlyMap<NodeId, OperatorView>,
  gauges: OperatorGauges,
  interval: Interval,
): OperatorView {
  const last = before.get(gauges.node);
  const came = gauges.recordsIn - (last?.recordsIn ?? 0);
  const went = gauges.recordsOut - (last?.recordsOut ?? 0);
  return {
    ...gauges,
    recordsInPerSecond: nextRate(last?.recordsInPerSecond ?? 0, came, interval),
    recordsOutPerSecond: nextRate(last?.recordsOutPerSecond ?? 0, went, interval),
  };
}

/** A subtask that has ended does nothing any more; its totals stay. */
export function quietSubtask(view: SubtaskView): SubtaskView {
  const operators = new Map(
    [...view.operators].map(([node, one]) => [node, { ...one, recordsInPerSecond: 0, recordsOutPerSecond: 0 }]),
  );
  return { ...view, shares: allIdle, recordsInPerSecond: 0, recordsOutPerSecond: 0, operators };
}

/** A new attempt: it counts from nothing. That it replays stays until its gauges say otherwise. */
export function renewedSubtask(view: SubtaskView, attempt: number): SubtaskView {
  const operators = new Map([...view.operators.keys()].map((node) => [node, emptyOperator(node)]));
  return {
    ...emptySubtask(view.id, operators),
    attempt,
    replaying: view.replaying,
  };
}

export const emptySubtask = (id: string, operators: SubtaskView['operators']): SubtaskView => ({
  id,
  attempt: 1,
  replaying: false,
  state: 'created',
  failure: null,
  shares: allIdle,
  recordsIn: 0,
  recordsOut: 0,
  recordsInPerSecond: 0,
  recordsOutPerSecond: 0,
  watermark: MIN_EVENT_TIME,
  idle: false,
  operators,
  gauges: null,
  gaugesAt: null,
  countedSince: null,
});

export function emptyOperator(node: NodeId): OperatorView {
  const gauges: OperatorGauges = {
    node,
    recordsIn: 0,
    recordsOut: 0,
    watermark: MIN_EVENT_TIME,
    stateEntries: 0,
    timers: 0,
    lateDropped: 0,
  };
  return { ...gauges, recordsInPerSecond: 0, recordsOutPerSecond: 0 };
}

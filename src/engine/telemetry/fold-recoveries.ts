/**
 * The fold of recovery events: each failure that was recovered from, phase by phase, and how far the rewound sources are
 * from where they were.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { SubtaskId } from '../graph/plan.ts';
import type { RecoveryEvent, SubtaskGauges } from '../wire/reports.ts';
import { recoveryLimit } from './cluster-view.ts';
import type { RecoveryView } from './cluster-view.ts';

type Recoveries = readonly RecoveryView[];

/** `positions`: of the sources, as last heard. */
export function foldRecovery(
  view: Recoveries,
  event: RecoveryEvent,
  at: ProcessingTimeMs,
  positions: ReadonlyMap<SubtaskId, number>,
): Recoveries {
  if (event.kind === 'detected') return [...view, begun(event, at, positions, view)].slice(-recoveryLimit);
  return changed(view, event.recovery, (one) => phase(one, event, at));
}

function begun(
  event: Extract<RecoveryEvent, { kind: 'detected' }>,
  at: ProcessingTimeMs,
  positions: ReadonlyMap<SubtaskId, number>,
  before: Recoveries,
): RecoveryView {
  const { recovery, kind: _, ...told } = event;
  return {
    ...told,
    number: recovery,
    checkpoint: null,
    detectedAt: at,
    cancelledAt: null,
    chosenAt: null,
    deployedAt: null,
    runningAt: null,
    caughtUpAt: null,
    restored: new Map(),
    replayTo: targets(event.subtasks, positions, before.at(-1)),
  };
}

/** A failure while an earlier one is still being caught up with: the farther position counts. */
function targets(
  subtasks: readonly SubtaskId[],
  positions: ReadonlyMap<SubtaskId, number>,
  before: RecoveryView | undefined,
): ReadonlyMap<SubtaskId, number> {
  const open = before?.caughtUpAt === null ? before.replayTo : new Map<SubtaskId, number>();
  return new Map(
    subtasks.flatMap((id) => {
      const reached = Math.max(positions.get(id) ?? -1, open.get(id) ?? -1);
      return reached < 0 ? [] : [[id, reached] as const];
    }),
  );
}

function phase(
  one: RecoveryView,
  event: Exclude<RecoveryEvent, { kind: 'detected' }>,
  at: ProcessingTimeMs,
): RecoveryView {
  switch (event.kind) {
    case 'cancelled':
      return { ...one, cancelledAt: at };
    case 'chosen':
      return { ...one, chosenAt: at, checkpoint: event.checkpoint };
    case 'deployed':
      return { ...one, deployedAt: at };
    case 'running':
      return { ...one, runningAt: at, caughtUpAt: one.replayTo.size === 0 ? at : one.caughtUpAt };
    case 'restored': {
      const { bytes, inFlightRecords, offsets, position } = event;
      const told = { at, bytes, inFlightRecords, offsets, ...(position === undefined ? {} : { position }) };
      return { ...one, restored: new Map(one.restored).set(event.subtask, told) };
    }
  }
}

function changed(view: Recoveries, number: number | null, change: (one: RecoveryView) => RecoveryView): Recoveries {
  if (!view.some((one) => one.number === number)) return view;
  return view.map((one) => (one.number === number ? change(one) : one));
}

/** The source's position by its gauges; null for a subtask that is no source. */
export const positionOf = (gauges: SubtaskGauges | null): number | null => gauges?.operators[0]?.position ?? null;

/** Whether the source is still behind the position that it had before the last failure. */
export function isReplaying(view: Recoveries, subtask: SubtaskId, position: number | null): boolean {
  const last = view.at(-1);
  if (last === undefined || last.caughtUpAt !== null || position === null) return false;
  const target = last.replayTo.get(subtask);
  return target !== undefined && position < target;
}

/** Notes the moment at which the last rewound source has passed where it was. `behind`: one has not. */
export function caughtUp(view: Recoveries, behind: boolean, at: ProcessingTimeMs): Recoveries {
  const last = view.at(-1);
  if (last === undefined || last.caughtUpAt !== null || last.runningAt === null || behind) return view;
  return view.with(-1, { ...last, caughtUpAt: at });
}

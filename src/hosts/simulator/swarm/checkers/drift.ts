/**
 * Alignment of sources, by what they and the coordinator say to each other, and by how many records they then emit:
 *
 * - how far a source may read is the least watermark that the coordinator knew of at some time, and the drift: the least
 *   of those that run and are not idle, each as its newest attempt has reported it;
 * - a source whose last report is above what it was told emits nothing until it is told something else;
 * - a source that stays idle says so, so that it holds nobody back.
 *
 * That nobody waits for ever is seen at the end: the job must finish.
 */
import { MAX_EVENT_TIME } from '../../../../base/units.ts';
import type { SubtaskId } from '../../../../engine/graph/plan.ts';
import type { SubtaskGauges } from '../../../../engine/wire/reports.ts';
import type { AttemptOf } from '../../observer.ts';
import { at, attemptKey } from './checker.ts';
import type { CheckedRun, Checker } from './checker.ts';

/** Between two looks at a source, and what a slow one may take longer. */
const patienceMs = 300;

interface Source {
  limit: number;
  reported: number | null;
  /** Records emitted when it was first looked at while it must not read; null: it may, or was not looked at. */
  emittedAtHold: number | null;
  /** Since when it has been seen idle, having emitted so many records. */
  idle: { readonly since: number; readonly emitted: number } | null;
}

export const drift: Checker = {
  name: 'drift',
  watch(run) {
    const { alignment } = run.drawing;
    if (alignment === undefined) return {};
    const subtasks = alignedSubtasks(run);
    const told = new Announced(subtasks, alignment.maxDriftMs);
    const sources = new Map<string, Source>();
    const sourceOf = (who: AttemptOf): Source =>
      at(sources, attemptKey(who), () => ({
        limit: MAX_EVENT_TIME,
        reported: null,
        emittedAtHold: null,
        idle: null,
      }));
    return {
      onDeploy({ plan: { id }, attempt }) {
        told.deployed({ id, attempt });
      },
      onCoordinator(message) {
        if (message.kind !== 'report-watermark') return;
        told.reported({ id: message.subtask, attempt: message.attempt }, message.watermark);
      },
      onMessage(to, message) {
        if (message.kind !== 'command' || message.command.kind !== 'align') return;
        const { limit } = message.command;
        const source = sourceOf(to);
        source.limit = limit;
        source.emittedAtHold = null;
        if (!told.limits.has(limit))
          run.finding(`${attemptKey(to)} may read up to ${limit}, which is no least watermark and the drift`);
      },
      onEffects(from, effects) {
        if (!subtasks.has(from.id)) return;
        const source = sourceOf(from);
        for (const effect of effects) {
          if (effect.kind === 'report-watermark') source.reported = effect.watermark;
          if (effect.kind !== 'report' || effect.report.kind !== 'gauges') continue;
          const text = seen(source, effect.report.gauges, effect.report.at, alignment.alignmentIntervalMs);
          if (text !== null) run.finding(`${attemptKey(from)} ${text}`);
        }
      },
    };
  },
};

function seen(source: Source, gauges: SubtaskGauges, now: number, intervalMs: number): string | null {
  const { reported, limit } = source;
  const emitted = gauges.operators[0]?.recordsOut ?? 0;
  if (reported === null) return null;
  if (reported > limit && reported < MAX_EVENT_TIME) {
    source.emittedAtHold ??= emitted;
    if (emitted > source.emittedAtHold)
      return `has reported ${reported}, may read up to ${limit}, and emitted ${emitted - source.emittedAtHold} records`;
  }
  if (!gauges.idle) source.idle = null;
  else if (source.idle?.emitted !== emitted) source.idle = { since: now, emitted };
  else if (now - source.idle.since > intervalMs + patienceMs && reported !== MAX_EVENT_TIME)
    return `is idle since ${source.idle.since}, and has not said so by ${now}`;
  return null;
}

/** What the coordinator knows of the group, and all that it can have made of it. */
class Announced {
  readonly limits = new Set<number>();
  private readonly attempts = new Map<SubtaskId, number>();
  private readonly known = new Map<SubtaskId, number>();
  private readonly subtasks: ReadonlySet<SubtaskId>;
  private readonly driftMs: number;

  constructor(subtasks: ReadonlySet<SubtaskId>, driftMs: number) {
    this.subtasks = subtasks;
    this.driftMs = driftMs;
  }

  deployed({ id, attempt }: AttemptOf): void {
    if (!this.subtasks.has(id)) return;
    this.attempts.set(id, attempt);
    this.known.delete(id);
    this.note();
  }

  reported({ id, attempt }: AttemptOf, watermark: number): void {
    if (this.attempts.get(id) !== attempt) return;
    this.known.set(id, watermark);
    this.note();
  }

  private note(): void {
    this.limits.add(Math.min(MAX_EVENT_TIME, Math.min(MAX_EVENT_TIME, ...this.known.values()) + this.driftMs));
  }
}

function alignedSubtasks({ drawing, plan }: CheckedRun): ReadonlySet<SubtaskId> {
  const nodes = drawing.sources.flatMap(({ kind }, i) => (kind === 'scripted' ? [] : [`source${i}`]));
  const heads = plan.jobGraph.vertices.filter(({ operators: [head] }) => nodes.includes(head?.node ?? ''));
  const ids = new Set(heads.map(({ id }) => id));
  return new Set(plan.subtasks.filter(({ vertex }) => ids.has(vertex)).map(({ id }) => id));
}

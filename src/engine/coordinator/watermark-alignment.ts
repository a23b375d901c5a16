/**
 * Watermark alignment of sources (FLIP-182; Flink: SourceCoordinator and its WatermarkAggregator): collects the watermarks
 * that source subtasks report, and tells the subtasks of each group how far they may read: the least of all that have
 * reported, and the source's drift. Nothing of it is kept: a new attempt may read freely until it is told again, and does
 * not count before it reports.
 */
import { eventTime, MAX_EVENT_TIME } from '../../base/units.ts';
import type { EventTimeMs } from '../../base/units.ts';
import type { ExecutionGraph, SubtaskId } from '../graph/plan.ts';
import { alignmentLimit, alignmentOf } from '../time/watermarks/alignment.ts';
import type { AlignmentParams } from '../time/watermarks/alignment.ts';
import type { Outbox } from './outbox.ts';
import type { Tasks } from './tasks.ts';

interface AlignedSource {
  readonly params: AlignmentParams;
  readonly subtasks: readonly SubtaskId[];
  /** Job time of the next announcement. */
  nextAt: number;
}

interface Reported {
  readonly attempt: number;
  readonly watermark: EventTimeMs;
}

export class WatermarkAlignment {
  private readonly tasks: Tasks;
  private readonly outbox: Outbox;
  private readonly sources: readonly AlignedSource[];
  private readonly reported = new Map<SubtaskId, Reported>();
  /** What each attempt was told last, so that it is told only what is new. */
  private readonly told = new Map<SubtaskId, { readonly attempt: number; readonly limit: EventTimeMs }>();
  /** Something was reported since the last announcement of all. */
  private news = false;

  constructor(graph: ExecutionGraph, tasks: Tasks, outbox: Outbox) {
    this.tasks = tasks;
    this.outbox = outbox;
    const fed = new Set(graph.jobGraph.edges.map((edge) => edge.to));
    this.sources = graph.jobGraph.vertices.flatMap(({ id, operators: [head] }) => {
      const params = fed.has(id) || head === undefined ? null : alignmentOf(head.params);
      if (params === null) return [];
      const subtasks = graph.subtasks.filter(({ vertex }) => vertex === id).map((subtask) => subtask.id);
      return [{ params, subtasks, nextAt: outbox.jobTime + params.intervalMs }];
    });
  }

  /** From the newest attempt of the subtask. */
  report(id: SubtaskId, watermark: EventTimeMs): void {
    this.reported.set(id, { attempt: this.tasks.attempt(id), watermark });
    this.news = true;
  }

  /** Announces what is due. */
  checkTime(): void {
    if (!this.news) return;
    const now = this.outbox.jobTime;
    const due = this.sources.filter(({ nextAt }) => now >= nextAt);
    for (const source of due) {
      source.nextAt +=
        source.params.intervalMs * Math.max(1, Math.ceil((now - source.nextAt + 1) / source.params.intervalMs));
      this.announce(source);
    }
    if (due.length > 0) this.news = this.sources.some((source) => this.untold(source).length > 0);
  }

  /** Job time of the next announcement; infinite while there is nothing new to say. */
  nextTime(): number {
    if (!this.news) return Number.POSITIVE_INFINITY;
    return Math.min(...this.sources.map(({ nextAt }) => nextAt));
  }

  private announce(source: AlignedSource): void {
    const limit = this.limitOf(source);
    for (const id of this.untold(source)) {
      this.told.set(id, { attempt: this.tasks.attempt(id), limit });
      this.outbox.tell(id, { kind: 'align', limit });
    }
  }

  /** Subtasks that run, have reported, and were last told another limit. */
  private untold(source: AlignedSource): SubtaskId[] {
    const limit = this.limitOf(source);
    return source.subtasks.filter((id) => {
      if (this.tasks.state(id) !== 'running' || this.watermarkOf(id) === null) return false;
      const told = this.told.get(id);
      return told === undefined || told.attempt !== this.tasks.attempt(id) || told.limit !== limit;
    });
  }

  /** What an older attempt said is not heard any more. */
  private watermarkOf(id: SubtaskId): EventTimeMs | null {
    const reported = this.reported.get(id);
    return reported !== undefined && reported.attempt === this.tasks.attempt(id) ? reported.watermark : null;
  }

  private limitOf({ params }: AlignedSource): EventTimeMs {
    let least: number = MAX_EVENT_TIME;
    for (const { params: other, subtasks } of this.sources) {
      if (other.group !== params.group) continue;
      for (const id of subtasks) least = Math.min(least, this.watermarkOf(id) ?? MAX_EVENT_TIME);
    }
    return alignmentLimit(eventTime(least), params);
  }
}

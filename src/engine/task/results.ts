/**
 * Records on their way from a sink to whoever looks at them. Bounded: per interval at most `recordsMax` records of a
 * sink are copied out; beyond that they are only counted, and the report's total says so. Records of a transaction are
 * told apart by its name and never left out: they are told once, by whoever commits it.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { SubtaskId } from '../graph/plan.ts';
import { arrivedAt } from '../wire/arrivals.ts';
import { copyBatch } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import type { Report } from '../wire/reports.ts';

export interface ResultLimits {
  readonly intervalMs: number;
  readonly recordsMax: number;
}

/** Every record, at once: for the simulator, tests and the CLI. */
export const allResults: ResultLimits = { intervalMs: 0, recordsMax: Number.POSITIVE_INFINITY };

interface SinkResults {
  readonly node: NodeId;
  total: number;
  copied: number;
  /** Copied and not yet told. */
  parts: Part[];
}

interface Part {
  readonly records: Batch;
  /** When the sink handed them over. */
  readonly at: ProcessingTimeMs;
}

type ResultReport = Extract<Report, { kind: 'results' }>;

export class Results {
  private readonly sinks = new Map<NodeId, SinkResults>();
  private committed: (Part & { readonly node: NodeId; readonly transaction: string })[] = [];
  private readonly subtask: SubtaskId;
  private readonly attempt: number;
  private readonly limits: ResultLimits;
  private waiting = false;
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(subtask: SubtaskId, attempt: number, limits: ResultLimits) {
    this.subtask = subtask;
    this.attempt = attempt;
    this.limits = limits;
  }

  add(node: NodeId, batch: Batch, at: ProcessingTimeMs, transaction?: string): void {
    this.waiting = true;
    if (transaction !== undefined) {
      this.committed.push({ node, transaction, records: copyBatch(batch), at });
      return;
    }
    let sink = this.sinks.get(node);
    if (sink === undefined) {
      sink = { node, total: 0, copied: 0, parts: [] };
      this.sinks.set(node, sink);
    }
    sink.total += batch.length;
    const room = this.limits.recordsMax - sink.copied;
    if (room <= 0) return;
    const taken = Math.min(room, batch.length);
    sink.copied += taken;
    sink.parts.push({ records: copyBatch(batch, taken), at });
  }

  /** When the next reports are due; infinite when nothing waits. */
  dueAt(): number {
    return this.waiting ? this.sentAt + this.limits.intervalMs : Number.POSITIVE_INFINITY;
  }

  take(now: ProcessingTimeMs): Report[] {
    const reports: ResultReport[] = [];
    const { subtask, attempt } = this;
    for (const sink of this.sinks.values()) {
      const { node, total } = sink;
      for (const { records, at } of sink.parts) {
        const arrivals = arrivedAt(at, records.length);
        reports.push({ kind: 'results', at: now, node, subtask, attempt, total, records, arrivals });
      }
      if (sink.parts.length > 0) sink.parts = [];
      sink.copied = 0;
    }
    for (const { node, transaction, records, at } of this.committed) {
      const total = records.length;
      const arrivals = arrivedAt(at, total);
      reports.push({ kind: 'results', at: now, node, subtask, attempt, total, records, arrivals, transaction });
    }
    if (this.committed.length > 0) this.committed = [];
    this.waiting = false;
    this.sentAt = now;
    return reports;
  }
}

/**
 * Records on their way from a sink to whoever looks at them. Bounded: per interval at most `recordsMax` records of a
 * sink are copied out; beyond that they are only counted, and the report's total says so. Records of a transaction are
 * told apart by its name and never left out: they are told once, by whoever commits it. Nor are changes of a table: when
 * many wait, they are told at once.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { TableRule } from '../graph/kind.ts';
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
  parts: Told[];
}

interface Told {
  readonly records: Batch;
  /** When the sink handed them over. */
  readonly at: ProcessingTimeMs;
}

type ResultReport = Extract<Report, { kind: 'results' }>;

export class Results {
  private readonly sinks = new Map<NodeId, SinkResults>();
  private committed: (Told & { readonly node: NodeId; readonly transaction: string })[] = [];
  private readonly subtask: SubtaskId;
  private readonly attempt: number;
  private readonly limits: ResultLimits;
  private readonly tables: ReadonlyMap<NodeId, TableRule>;
  private waiting = false;
  /** A table has so many changes that they must be told at once: none is left out. */
  private full = false;
  private sentAt = Number.NEGATIVE_INFINITY;

  /** `tables`: what the sinks show that show a table. */
  constructor(
    subtask: SubtaskId,
    attempt: number,
    limits: ResultLimits,
    tables: ReadonlyMap<NodeId, TableRule> = new Map(),
  ) {
    this.subtask = subtask;
    this.attempt = attempt;
    this.limits = limits;
    this.tables = tables;
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
    const isTable = this.tables.has(node);
    const room = isTable ? batch.length : this.limits.recordsMax - sink.copied;
    if (room <= 0) return;
    const taken = Math.min(room, batch.length);
    sink.copied += taken;
    sink.parts.push({ records: copyBatch(batch, taken), at });
    if (isTable && sink.copied >= this.limits.recordsMax) this.full = true;
  }

  /** When the next reports are due; infinite when nothing waits. */
  dueAt(): number {
    if (this.full) return Number.NEGATIVE_INFINITY;
    return this.waiting ? this.sentAt + this.limits.intervalMs : Number.POSITIVE_INFINITY;
  }

  take(now: ProcessingTimeMs): Report[] {
    const reports: ResultReport[] = [];
    const { subtask, attempt } = this;
    for (const sink of this.sinks.values()) {
      const { node, total } = sink;
      for (const { records, at } of sink.parts) {
        const arrivals = arrivedAt(at, records.length);
        reports.push({
          kind: 'results',
          at: now,
          node,
          subtask,
          attempt,
          total,
          records,
          arrivals,
          ...this.ruleOf(node),
        });
      }
      if (sink.parts.length > 0) sink.parts = [];
      sink.copied = 0;
    }
    for (const { node, transaction, records, at } of this.committed) {
      const total = records.length;
      const arrivals = arrivedAt(at, total);
      const told = { kind: 'results', at: now, node, subtask, attempt, total, records, arrivals } as const;
      reports.push({ ...told, transaction, ...this.ruleOf(node) });
    }
    if (this.committed.length > 0) this.committed = [];
    this.waiting = false;
    this.full = false;
    this.sentAt = now;
    return reports;
  }

  private ruleOf(node: NodeId): { readonly table?: TableRule } {
    const table = this.tables.get(node);
    return table === undefined ? {} : { table };
  }
}

/** What a subtask tells beside its results of work: gauges ten times a second, traces, results and log lines. */
import { processingTime } from '../../base/units.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import { problemAdvice, problemMessage, problemTable } from '../graph/problems.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { SubtaskEffect, SubtaskPlan } from '../wire/messages.ts';
import type { LogLevel, SubtaskGauges } from '../wire/reports.ts';
import type { ChainNode } from './chain.ts';
import type { Results } from './results.ts';
import type { Tracer } from './tracer.ts';

const intervalMs = 100;
const logsPerReportMax = 50;

export class Reporting {
  nextAt: ProcessingTimeMs = processingTime(Number.NEGATIVE_INFINITY);
  private logs = 0;
  private readonly plan: SubtaskPlan;
  private readonly attempt: number;
  private readonly results: Results;
  private readonly tracer: Tracer;
  private readonly emit: (effect: SubtaskEffect) => void;

  constructor(
    plan: SubtaskPlan,
    attempt: number,
    results: Results,
    tracer: Tracer,
    emit: (effect: SubtaskEffect) => void,
  ) {
    this.plan = plan;
    this.attempt = attempt;
    this.results = results;
    this.tracer = tracer;
    this.emit = emit;
  }

  log(at: ProcessingTimeMs, level: LogLevel, text: string, node: NodeId): void {
    if (++this.logs > logsPerReportMax) return;
    this.emit({ kind: 'report', report: { kind: 'log', at, level, text, node, subtask: this.plan.id } });
  }

  found(at: ProcessingTimeMs, issue: ParamIssue, node: NodeId): void {
    const level = problemTable[issue.code].severity;
    const text = `${problemMessage(issue)} ${problemAdvice(issue)}`;
    this.emit({ kind: 'report', report: { kind: 'log', at, level, text, node, subtask: this.plan.id, issue } });
  }

  /** When something waits to be told. */
  dueAt(): number {
    return Math.min(this.nextAt, this.results.dueAt());
  }

  /** All results so far. */
  flushResults(now: ProcessingTimeMs): void {
    for (const report of this.results.take(now)) this.emit({ kind: 'report', report });
  }

  /** Tells what is due; `final`: everything. */
  report(now: ProcessingTimeMs, final: boolean, gauges: () => SubtaskGauges, nodes: readonly ChainNode[]): void {
    const { attempt } = this;
    const { id: subtask } = this.plan;
    if (final || this.results.dueAt() <= now) this.flushResults(now);
    const traces = this.tracer.take();
    if (traces.length > 0) this.emit({ kind: 'report', report: { kind: 'traces', subtask, attempt, traces } });
    if (!final && now < this.nextAt) return;
    this.nextAt = processingTime(now + intervalMs);
    this.logs = 0;
    for (const node of nodes) this.tellTimes(node);
    this.emit({ kind: 'report', report: { kind: 'gauges', at: now, subtask, attempt, gauges: gauges() } });
  }

  private tellTimes({ times, planned }: ChainNode): void {
    const traces = times?.take() ?? [];
    if (times === null || traces.length === 0) return;
    const { attempt, plan } = this;
    const { skipped } = times;
    const report = { kind: 'times', subtask: plan.id, attempt, node: planned.node, traces, skipped } as const;
    this.emit({ kind: 'report', report });
  }
}

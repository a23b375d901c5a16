/**
 * Reports on their way from the coordinator's Worker to the page, merged while the page is not ready for them: the
 * newest gauges of each subtask, the newest traces, log lines and results, and every change of state. So the page is
 * sent a bounded amount, however long it was away.
 */
import { barrierLimit, logLimit, resultLimit, timeLimit, traceLimit } from '../../engine/telemetry/cluster-view.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import { noArrivals } from '../../engine/wire/arrivals.ts';
import { copyBatch } from '../../engine/wire/batch.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { Missed, Report, Trace } from '../../engine/wire/reports.ts';
import { MissedChanges } from './missed-changes.ts';
import type { ResultsReport } from './results-throttle.ts';

type TimesReport = Extract<Report, { kind: 'times' }>;

/** Of all operators, while the page is away. */
const timesWaitingMax = 8 * timeLimit;

interface SinkResults {
  readonly reports: ResultsReport[];
  /** Of reports whose records are not kept, what they count: the newest of each attempt, and every transaction's. */
  readonly counts: Map<string, ResultsReport>;
  rows: number;
  /** Of a table: what is left of the changes of plain reports that are not kept. */
  missed: MissedChanges | null;
}

export class ReportMailbox {
  private readonly results = new Map<NodeId, SinkResults>();
  private readonly gauges = new Map<SubtaskId, Report>();
  private traces: { readonly subtask: SubtaskId; readonly attempt: number; readonly trace: Trace }[] = [];
  private times: TimesReport[] = [];
  private timesTold = 0;
  private logs: Report[] = [];
  private states: Report[] = [];
  private barriers: Report[] = [];
  /** What must be told before anything that came later: see `seal`. */
  private sealed: Report[] = [];
  /** Sinks whose first results have been sent on. */
  private readonly shown = new Set<NodeId>();

  /** Something that should not wait as figures may: a trace or barrier, a line, a state, the first record of a sink. */
  get hasNews(): boolean {
    return (
      this.sealed.length > 0 ||
      this.barriers.length > 0 ||
      this.states.length > 0 ||
      this.traces.length > 0 ||
      this.logs.length > 0 ||
      [...this.results.keys()].some((sink) => !this.shown.has(sink))
    );
  }

  get empty(): boolean {
    return (
      this.sealed.length === 0 &&
      this.barriers.length === 0 &&
      this.states.length === 0 &&
      this.results.size === 0 &&
      this.gauges.size === 0 &&
      this.traces.length === 0 &&
      this.times.length === 0 &&
      this.logs.length === 0
    );
  }

  add(report: Report): void {
    switch (report.kind) {
      case 'results':
        this.addResults(report);
        break;
      case 'gauges':
        this.gauges.set(report.subtask, report);
        break;
      case 'traces':
        for (const trace of report.traces) {
          this.traces.push({ subtask: report.subtask, attempt: report.attempt, trace });
        }
        this.traces = newest(this.traces, traceLimit);
        break;
      case 'times':
        this.addTimes(report);
        break;
      case 'log':
        this.logs.push(report);
        this.logs = newest(this.logs, logLimit);
        break;
      case 'barrier':
        this.barriers.push(report);
        this.barriers = newest(this.barriers, barrierLimit);
        break;
      case 'recovery':
        if (report.event.kind === 'detected') this.seal();
        this.states.push(report);
        break;
      case 'pace':
      case 'job-state':
      case 'task-state':
      case 'checkpoint':
      case 'fault':
        this.states.push(report);
        break;
    }
  }

  /** A recovery begins: what the old attempts told must be known before, or the view would take it for the new ones'. */
  private seal(): void {
    this.sealed = this.take();
  }

  /**
   * Everything, and an empty mailbox. States come last, so that whoever sees a task or a job finished sees what it did.
   */
  take(): Report[] {
    const out: Report[] = this.sealed;
    this.sealed = [];
    for (const [node, sink] of this.results) {
      const [first, ...others] = sink.reports;
      out.push(...sink.counts.values());
      if (first !== undefined) out.push(sink.missed === null ? first : behind(first, sink.missed));
      out.push(...others);
      this.shown.add(node);
    }
    out.push(
      ...this.gauges.values(),
      ...this.takeTraces(),
      ...this.times,
      ...this.barriers,
      ...this.logs,
      ...this.states,
    );
    this.times = [];
    this.timesTold = 0;
    this.barriers = [];
    this.results.clear();
    this.gauges.clear();
    this.logs = [];
    this.states = [];
    return out;
  }

  private addResults(report: ResultsReport): void {
    let sink = this.results.get(report.node);
    if (sink === undefined) {
      sink = { reports: [], counts: new Map(), rows: 0, missed: null };
      this.results.set(report.node, sink);
    }
    sink.reports.push(report);
    sink.rows += report.records.length;
    for (
      let oldest = sink.reports[0];
      oldest !== undefined && sink.rows - oldest.records.length >= resultLimit;
      oldest = sink.reports[0]
    ) {
      sink.rows -= oldest.records.length;
      sink.reports.shift();
      const { subtask, attempt, transaction } = oldest;
      const counted = transaction ?? `${subtask} ${attempt}`;
      sink.counts.delete(counted);
      const { missed: _, ...count } = oldest;
      sink.counts.set(counted, { ...count, records: copyBatch(oldest.records, 0), arrivals: noArrivals });
      if (oldest.table === undefined) continue;
      // Whether a transaction counts, only the view knows: its changes cannot be taken together with those of others.
      if (transaction === undefined) (sink.missed ??= new MissedChanges(oldest.table)).add(oldest);
      else sink.counts.set(counted, { ...(sink.counts.get(counted) ?? oldest), missed: lostIn(oldest) });
    }
  }

  /** The oldest go while the page is away; what they told is lost, and the newest are what a plot shows. */
  private addTimes(report: TimesReport): void {
    this.times.push(report);
    this.timesTold += report.traces.length;
    while (this.timesTold > timesWaitingMax && this.times.length > 1)
      this.timesTold -= this.times.shift()?.traces.length ?? 0;
  }

  /** Traces of one subtask that follow each other go into one report. */
  private takeTraces(): Report[] {
    const out: (Extract<Report, { kind: 'traces' }> & { readonly traces: Trace[] })[] = [];
    for (const { subtask, attempt, trace } of this.traces) {
      const last = out.at(-1);
      if (last?.subtask === subtask && last.attempt === attempt) last.traces.push(trace);
      else out.push({ kind: 'traces', subtask, attempt, traces: [trace] });
    }
    this.traces = [];
    return out;
  }
}

/** The report, told after the changes that came before it. */
function behind(report: ResultsReport, missed: MissedChanges): ResultsReport {
  const { missed: own } = report;
  const none = { ...report, records: copyBatch(report.records, 0), arrivals: noArrivals };
  if (own !== undefined) missed.add(none);
  return { ...report, missed: missed.take() };
}

const lostIn = ({ records, missed }: ResultsReport): Missed => ({
  changes: null,
  lost: records.length + (missed?.lost ?? 0) + (missed?.changes?.records.length ?? 0),
});

function newest<T>(items: T[], limit: number): T[] {
  // Cut rarely, so that adding one item costs the same however full the list is.
  return items.length > 2 * limit ? items.slice(-limit) : items;
}

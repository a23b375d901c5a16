/**
 * The fold of reports into the ClusterView. Pure; takes reports one by one, so that it does not matter how they are cut
 * into calls. A call costs well under a millisecond for a job of 32 subtasks and 200 channels.
 */
import { processingTime } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ChannelId, SubtaskId } from '../graph/plan.ts';
import { isTerminal } from '../wire/reports.ts';
import type { Report, SubtaskGauges, TaskState } from '../wire/reports.ts';
import { quietChannel, withInput, withOutput } from './channel-view.ts';
import { logLimit, resultLimit, traceLimit } from './cluster-view.ts';
import type {
  ChannelView,
  ClusterView,
  JobView,
  LogEntry,
  NumberedTrace,
  ResultView,
  SubtaskView,
} from './cluster-view.ts';
import { DraftMap, DraftTail, graphIndex, Touched } from './draft.ts';
import { appendRecords } from './merge-chunks.ts';
import { intervalOf } from './rates.ts';
import type { Interval } from './rates.ts';
import { foldGauges, quietSubtask } from './subtask-view.ts';

export { emptyView } from './empty-view.ts';

/** The next view. The last view itself if there is nothing new. Reports of unknown subtasks are left out. */
export function fold(view: ClusterView, reports: readonly Report[]): ClusterView {
  if (reports.length === 0) return view;
  const draft = new Draft(view);
  for (const report of reports) draft.take(report);
  return draft.finish();
}

type Of<K extends Report['kind']> = Extract<Report, { kind: K }>;

class Draft {
  private readonly view: ClusterView;
  private job: JobView;
  private at: ClusterView['at'];
  private readonly subtasks: DraftMap<SubtaskId, SubtaskView>;
  private readonly channels: DraftMap<ChannelId, ChannelView>;
  private readonly results: DraftMap<NodeId, ResultView>;
  private readonly log: DraftTail<LogEntry>;
  private readonly traces: DraftTail<NumberedTrace>;
  private readonly touched: Touched;

  constructor(view: ClusterView) {
    this.view = view;
    this.job = view.job;
    this.at = view.at;
    this.subtasks = new DraftMap(view.subtasks);
    this.channels = new DraftMap(view.channels);
    this.results = new DraftMap(view.results);
    this.log = new DraftTail(view.log, logLimit);
    this.traces = new DraftTail(view.traces, traceLimit);
    this.touched = new Touched(graphIndex(view.graph));
  }

  take(report: Report): void {
    if (report.kind !== 'traces') this.at = processingTime(Math.max(this.at, report.at));
    switch (report.kind) {
      case 'job-state':
        return this.jobState(report);
      case 'pace': {
        const { paused, recordsPerSecond, linkLatencyMs } = report;
        this.job = { ...this.job, paused, recordsPerSecond, linkLatencyMs };
        return;
      }
      case 'task-state':
        return this.taskState(report);
      case 'gauges':
        return this.gauges(report);
      case 'traces':
        for (const trace of report.traces) {
          this.traces.push({ number: 1 + (this.traces.last()?.number ?? 0), subtask: report.subtask, trace });
        }
        return;
      case 'log': {
        const { kind: _, ...entry } = report;
        this.log.push({ ...entry, number: 1 + (this.log.last()?.number ?? 0) });
        return;
      }
      case 'results':
        return this.result(report);
    }
  }

  finish(): ClusterView {
    return this.touched.refresh({
      ...this.view,
      job: this.job,
      at: this.at,
      subtasks: this.subtasks.current,
      channels: this.channels.current,
      results: this.results.current,
      log: this.log.current,
      traces: this.traces.current,
    });
  }

  private jobState({ state, at, failure }: Of<'job-state'>): void {
    this.job = {
      ...this.job,
      state,
      failure: failure ?? this.job.failure,
      startedAt: state === 'running' ? at : this.job.startedAt,
      endedAt: isTerminal(state) ? at : this.job.endedAt,
    };
  }

  private taskState({ subtask: id, state, failure }: Of<'task-state'>): void {
    const before = this.subtasks.get(id);
    if (before === undefined) return;
    const after = { ...before, state, failure: failure ?? before.failure };
    this.subtasks.set(id, hasEnded(state) ? quietSubtask(after) : after);
    this.touched.subtask(id);
    if (hasEnded(state)) this.quietChannels(before.gauges);
  }

  private gauges({ subtask: id, gauges, at }: Of<'gauges'>): void {
    const before = this.subtasks.get(id);
    if (before === undefined) return;
    const countedSince = before.countedSince ?? this.job.startedAt ?? at;
    const interval = intervalOf(at - (before.gaugesAt ?? countedSince), at - countedSince);
    const after = { ...foldGauges(before, gauges, interval), gaugesAt: at, countedSince };
    this.subtasks.set(id, hasEnded(before.state) ? quietSubtask(after) : after);
    this.touched.subtask(id);
    this.gaugesOfChannels(gauges, interval);
    if (hasEnded(before.state)) this.quietChannels(gauges);
  }

  private gaugesOfChannels({ inputs, outputs }: SubtaskGauges, interval: Interval): void {
    const { settings } = this.view.graph.jobGraph;
    for (const input of inputs) {
      const before = this.channels.get(input.channel);
      if (before !== undefined) this.setChannel(withInput(before, input, settings));
    }
    for (const output of outputs) {
      const before = this.channels.get(output.channel);
      if (before !== undefined) this.setChannel(withOutput(before, output, settings, interval));
    }
  }

  private setChannel(view: ChannelView): void {
    this.channels.set(view.id, view);
    this.touched.channel(view.id);
  }

  /** Nothing more is sent on the channels of a subtask that has ended. */
  private quietChannels(gauges: SubtaskGauges | null): void {
    for (const { channel: id } of gauges?.outputs ?? []) {
      const before = this.channels.get(id);
      if (before !== undefined) this.setChannel(quietChannel(before));
    }
  }

  private result({ node, subtask, total, records, at }: Of<'results'>): void {
    const before = this.results.get(node) ?? noResults(node);
    const totals = new Map(before.totals).set(subtask, Math.max(total, before.totals.get(subtask) ?? 0));
    const chunks =
      records.length === 0 ? before.chunks : appendRecords(before.chunks, { subtask, at, records }, resultLimit);
    this.results.set(node, {
      node,
      totals,
      total: sumOf(totals.values()),
      chunks,
      kept: sumOf(chunks.map((chunk) => chunk.records.length)),
    });
  }
}

const noResults = (node: NodeId): ResultView => ({ node, total: 0, totals: new Map(), chunks: [], kept: 0 });

const hasEnded = (state: TaskState): boolean => state === 'finished' || state === 'cancelled' || state === 'failed';

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/**
 * The fold of reports into the ClusterView. Pure; takes reports one by one, so that it does not matter how they are cut
 * into calls. A call costs well under a millisecond for a job of 32 subtasks and 200 channels.
 */
import { processingTime } from '../../base/units.ts';
import type { FaultId } from '../graph/faults.ts';
import type { NodeId } from '../graph/job.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { ChannelId, SubtaskId } from '../graph/plan.ts';
import { isTerminal } from '../wire/reports.ts';
import type { FaultEvent, RecoveryEvent, Report, SubtaskGauges, TaskState } from '../wire/reports.ts';
import { freshChannel, quietChannel, withInput, withOutput } from './channel-view.ts';
import { barrierLimit, faultLimit, logLimit, strikeLimit, traceLimit } from './cluster-view.ts';
import type {
  ChannelView,
  CheckpointsView,
  ClusterView,
  FaultView,
  JobView,
  LogEntry,
  NumberedBarrier,
  NumberedTrace,
  RecoveryView,
  ResultView,
  SubtaskView,
  TimeView,
} from './cluster-view.ts';
import { DraftMap, DraftTail, graphIndex, Touched } from './draft.ts';
import { foldCheckpoint } from './fold-checkpoints.ts';
import { caughtUp, foldRecovery, isReplaying, positionOf } from './fold-recoveries.ts';
import { foldResults } from './fold-results.ts';
import { foldTimes } from './fold-times.ts';
import { intervalOf } from './rates.ts';
import type { Interval } from './rates.ts';
import { foldGauges, quietSubtask, renewedSubtask } from './subtask-view.ts';

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
  private readonly times: DraftMap<NodeId, TimeView>;
  private readonly log: DraftTail<LogEntry>;
  private found: ClusterView['found'];
  private readonly traces: DraftTail<NumberedTrace>;
  private readonly barriers: DraftTail<NumberedBarrier>;
  private readonly faults: DraftMap<FaultId, FaultView>;
  private checkpoints: CheckpointsView;
  private recoveries: readonly RecoveryView[];
  private readonly touched: Touched;

  constructor(view: ClusterView) {
    this.view = view;
    this.job = view.job;
    this.at = view.at;
    this.subtasks = new DraftMap(view.subtasks);
    this.channels = new DraftMap(view.channels);
    this.results = new DraftMap(view.results);
    this.times = new DraftMap(view.times);
    this.log = new DraftTail(view.log, logLimit);
    this.found = view.found;
    this.traces = new DraftTail(view.traces, traceLimit);
    this.barriers = new DraftTail(view.barriers, barrierLimit);
    this.faults = new DraftMap(view.faults);
    this.checkpoints = view.checkpoints;
    this.recoveries = view.recoveries;
    this.touched = new Touched(graphIndex(view.graph));
  }

  take(report: Report): void {
    if (report.kind !== 'traces' && report.kind !== 'times') this.at = processingTime(Math.max(this.at, report.at));
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
          this.traces.push({
            number: 1 + (this.traces.last()?.number ?? 0),
            subtask: report.subtask,
            attempt: report.attempt,
            trace,
          });
        }
        return;
      case 'times':
        if (this.view.nodes.has(report.node)) {
          this.times.set(report.node, foldTimes(this.times.get(report.node), report));
        }
        return;
      case 'log': {
        const { kind: _, issue, ...entry } = report;
        if (issue === undefined || this.isNew(issue, report.node))
          this.log.push({ ...entry, number: 1 + (this.log.last()?.number ?? 0) });
        return;
      }
      case 'results':
        return this.result(report);
      case 'checkpoint':
        this.checkpoints = foldCheckpoint(this.checkpoints, report.event, report.at);
        return;
      case 'barrier': {
        const { kind: _, ...entry } = report;
        this.barriers.push({ ...entry, number: 1 + (this.barriers.last()?.number ?? 0) });
        return;
      }
      case 'recovery':
        return this.recovery(report.event, report.at);
      case 'fault':
        return this.fault(report.event, report.at);
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
      times: this.times.current,
      log: this.log.current,
      found: this.found,
      traces: this.traces.current,
      checkpoints: this.checkpoints,
      recoveries: this.recoveries,
      barriers: this.barriers.current,
      faults: this.faults.current,
    });
  }

  /** Keeps it, unless another subtask or attempt has said it before. */
  private isNew(issue: ParamIssue, node: NodeId | undefined): boolean {
    const before = node === undefined ? undefined : (this.found.get(node) ?? []);
    if (before === undefined || node === undefined) return true;
    if (before.some(({ code }) => code === issue.code)) return false;
    this.found = new Map(this.found).set(node, [...before, issue]);
    return true;
  }

  private jobState({ state, at, failure }: Of<'job-state'>): void {
    this.job = {
      ...this.job,
      state,
      failure: failure ?? this.job.failure,
      startedAt: this.job.startedAt ?? (state === 'running' ? at : null),
      endedAt: isTerminal(state) ? at : this.job.endedAt,
    };
  }

  private taskState({ subtask: id, attempt, state, failure }: Of<'task-state'>): void {
    const before = this.ofAttempt(id, attempt);
    if (before === undefined) return;
    const after = { ...before, state, failure: failure ?? before.failure };
    this.subtasks.set(id, hasEnded(state) ? quietSubtask(after) : after);
    this.touched.subtask(id);
    if (hasEnded(state)) this.quietChannels(before.gauges);
  }

  private gauges({ subtask: id, attempt, gauges, at }: Of<'gauges'>): void {
    const before = this.ofAttempt(id, attempt);
    if (before === undefined) return;
    const countedSince = before.countedSince ?? (attempt === 1 ? this.job.startedAt : null) ?? at;
    const interval = intervalOf(at - (before.gaugesAt ?? countedSince), at - countedSince);
    const replaying = isReplaying(this.recoveries, id, positionOf(gauges));
    const after = { ...foldGauges(before, gauges, interval), replaying, gaugesAt: at, countedSince };
    this.subtasks.set(id, hasEnded(before.state) ? quietSubtask(after) : after);
    this.touched.subtask(id);
    this.gaugesOfChannels(gauges, interval);
    if (hasEnded(before.state)) this.quietChannels(gauges);
    if (before.replaying && !replaying) this.checkCaughtUp(at);
  }

  /** The subtask as its newest attempt knows it; undefined if what comes is of an older one. */
  private ofAttempt(id: SubtaskId, attempt: number): SubtaskView | undefined {
    const before = this.subtasks.get(id);
    if (before === undefined || attempt < before.attempt) return undefined;
    if (attempt === before.attempt) return before;
    for (const channel of this.view.graph.channels) {
      if (channel.from === id || channel.to === id) this.setChannel(freshChannel(channel.id));
    }
    return renewedSubtask(before, attempt);
  }

  private recovery(event: RecoveryEvent, at: ClusterView['at']): void {
    this.recoveries = foldRecovery(this.recoveries, event, at, this.positions());
    if (event.kind === 'detected') {
      for (const id of this.recoveries.at(-1)?.replayTo.keys() ?? []) {
        const before = this.subtasks.get(id);
        if (before !== undefined) this.subtasks.set(id, { ...before, replaying: true });
      }
    }
    if (event.kind === 'running') this.checkCaughtUp(at);
  }

  private positions(): Map<SubtaskId, number> {
    const positions = new Map<SubtaskId, number>();
    for (const [id, { gauges }] of this.subtasks.current) {
      const position = positionOf(gauges);
      if (position !== null) positions.set(id, position);
    }
    return positions;
  }

  private checkCaughtUp(at: ClusterView['at']): void {
    const targets = this.recoveries.at(-1)?.replayTo.keys() ?? [];
    const behind = [...targets].some((id) => this.subtasks.get(id)?.replaying === true);
    this.recoveries = caughtUp(this.recoveries, behind, at);
  }

  private fault(event: FaultEvent, at: ClusterView['at']): void {
    if (event.kind === 'armed') {
      // A coordinator that takes over arms what is left once more.
      const before = this.faults.get(event.fault.id) ?? { struck: 0, strikes: [] };
      this.faults.set(event.fault.id, { ...before, fault: event.fault, removed: false });
      this.forgetFaults();
      return;
    }
    const before = this.faults.get(event.fault);
    if (before === undefined) return;
    if (event.kind === 'removed') this.faults.set(event.fault, { ...before, removed: true });
    else {
      const { text, subtask } = event;
      const strike = subtask === undefined ? { at, text } : { at, text, subtask };
      const strikes = [...before.strikes, strike].slice(-strikeLimit);
      this.faults.set(event.fault, { ...before, struck: before.struck + 1, strikes });
    }
  }

  /** Chaos may arm faults for hours: the oldest that is over goes, or the oldest of all. */
  private forgetFaults(): void {
    const { current } = this.faults;
    if (current.size <= faultLimit) return;
    const all = [...current.values()];
    const over = all.find(({ fault, struck, removed }) => removed || struck >= fault.times) ?? all[0];
    if (over !== undefined) this.faults.delete(over.fault.id);
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

  private result(report: Of<'results'>): void {
    this.results.set(report.node, foldResults(this.results.get(report.node), report));
  }
}

const hasEnded = (state: TaskState): boolean => state === 'finished' || state === 'cancelled' || state === 'failed';

/**
 * Plays a script: each step is taken when all that the one before caused has come to rest, so that the order of the text is
 * the order of delivery. Nothing takes time but what the script says, so processing time stands still in between.
 *
 * A source that was rewound asks for elements that lie behind: they come again first, in the order of the script.
 */
import { processingTime } from '../../../base/units.ts';
import type { ProcessingTimeMs } from '../../../base/units.ts';
import type { Resource } from '../../../connectors/resource.ts';
import type { FaultTarget } from '../../../engine/graph/faults.ts';
import type { Job, NodeId } from '../../../engine/graph/job.ts';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import type { Witnessed } from '../../../engine/task/witness.ts';
import type { Failure } from '../../../engine/wire/failures.ts';
import type { CheckpointId, CheckpointMetadata } from '../../../engine/wire/checkpoints.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import type { CheckpointEvent, JobState, Report } from '../../../engine/wire/reports.ts';
import { fullSpeed } from '../../host.ts';
import type { RunRequest } from '../../host.ts';
import { Cluster } from '../cluster.ts';
import { memoryStores } from '../outside.ts';
import { directedOperators } from './directed-source.ts';
import { ScriptError, scriptProblem } from './problems.ts';
import { planOf, rescaled, settledJob } from './settled-job.ts';
import type { Script, Step } from './script.ts';
import { Turns } from './turns.ts';

/** What is told of a script as it is played. */
export interface ScriptListener {
  /** A step is about to be taken; `again`: an element that a rewound source reads once more. */
  onStep(step: Step, again: boolean): void;
  /** An operator has done something. `parallel`: it has several subtasks. */
  onSeen(node: NodeId, subtask: number, parallel: boolean, seen: Witnessed): void;
  /** The step does nothing, for this reason. */
  onIgnored(reason: string): void;
  /** A run of its own begins from this checkpoint, as the script says. */
  onRestore(checkpoint: number): void;
  onReport(report: Report): void;
}

export interface ScriptRequest {
  /** Without problems of severity error. */
  readonly job: Job;
  readonly script: Script;
  readonly resources: readonly Resource[];
  readonly seed: number;
}

/** How it ended. `played`: the whole script. */
export interface ScriptEnd {
  readonly outcome: 'played' | 'failed' | 'no-progress';
  /** Of the job, at the end. */
  readonly state: JobState;
  readonly failure: Failure | null;
  /** The step that could not be taken, and why, if it is not played to the end. */
  readonly step: Step | null;
  readonly reason: string | null;
  readonly timeMs: number;
}

/** Events between two rests: a job that works on for ever without time does not come to rest. */
const eventsMost = 40_000;

/** Throws a ScriptError where the script asks for what cannot be. */
export async function playScript(request: ScriptRequest, listener: ScriptListener): Promise<ScriptEnd> {
  const play = new Play(request, listener);
  try {
    return await play.toEnd();
  } finally {
    play.dispose();
  }
}

interface Completed {
  readonly run: string;
  readonly metadata: CheckpointMetadata;
}

/** Ends the play, with a sentence. */
class Stuck extends Error {}

class Play {
  private readonly request: ScriptRequest;
  private readonly listener: ScriptListener;
  private readonly turns: Turns;
  private readonly stores = memoryStores();
  private readonly completed: Completed[] = [];
  /** Checkpoints that are triggered and neither completed nor failed. */
  private readonly pending = new Set<CheckpointId>();
  private job: Job;
  private plan: ExecutionGraph;
  private parallel = new Set<NodeId>();
  private cluster: Cluster;
  private runs = 0;
  private fails = 0;
  private now: ProcessingTimeMs = processingTime(0);
  private failure: Failure | null = null;

  constructor(request: ScriptRequest, listener: ScriptListener) {
    this.request = request;
    this.listener = listener;
    this.turns = new Turns(request.script);
    this.job = settledJob(request.job, request.script);
    this.plan = planOf(this.job, { line: 0, column: 1 });
    this.cluster = this.begin('anew');
  }

  async toEnd(): Promise<ScriptEnd> {
    const { steps } = this.request.script;
    let current: Step | null = null;
    try {
      await this.rest();
      for (const [index, step] of steps.entries()) {
        current = step;
        if (this.cluster.state === 'failed' && step.kind !== 'restore') return this.ended('failed', step, null);
        await this.take(step, index);
        await this.catchUp(index + 1);
      }
    } catch (error) {
      if (error instanceof Stuck) return this.ended('no-progress', current, error.message);
      throw error;
    }
    return this.ended(this.cluster.state === 'failed' ? 'failed' : 'played', null, null);
  }

  dispose(): void {
    this.cluster.dispose();
  }

  private ended(outcome: ScriptEnd['outcome'], step: Step | null, reason: string | null): ScriptEnd {
    return { outcome, step, reason, state: this.cluster.state, failure: this.failure, timeMs: this.now };
  }

  private async take(step: Step, index: number): Promise<void> {
    this.listener.onStep(step, false);
    if ((step.kind === 'checkpoint' || step.kind === 'fail') && this.cluster.ended) {
      return this.listener.onIgnored(`the job is ${this.cluster.state}`);
    }
    switch (step.kind) {
      case 'element':
        if (!this.turns.give(index)) throw new Stuck(this.whyNotTaken(step.node));
        break;
      case 'advance':
        await this.pass(step.by);
        break;
      case 'checkpoint':
        this.cluster.command({ kind: 'checkpoint', savepoint: step.savepoint });
        break;
      case 'fail':
        this.fail(step);
        break;
      case 'restore':
        this.restore(step);
        break;
    }
    await this.rest();
    if (step.kind === 'checkpoint' && this.pending.size > 0) {
      throw new Stuck('The checkpoint does not complete: something that it waits for does not come.');
    }
  }

  /** Rewound sources read again what they had read. */
  private async catchUp(index: number): Promise<void> {
    const { steps } = this.request.script;
    for (let at = this.turns.replayBefore(index); at !== null; at = this.turns.replayBefore(index)) {
      this.listener.onStep(steps[at] as Step, true);
      this.turns.give(at);
      await this.rest();
    }
  }

  private async pass(by: number): Promise<void> {
    const target = processingTime(this.now + by);
    await this.settle(target);
    this.cluster.passTo(target);
    this.now = target;
  }

  /** Lets everything come to rest. A snapshot that is being written goes on when its task is called, so it is. */
  private async rest(): Promise<void> {
    await this.settle(this.now);
    for (let calls = 0; this.pending.size > 0 && calls < callsMost; calls++) {
      this.cluster.nudge();
      await this.settle(this.now);
    }
  }

  /** Lets everything happen that is due by then. */
  private async settle(until: ProcessingTimeMs): Promise<void> {
    const { cluster } = this;
    for (let events = 0; ; events++) {
      if (cluster.waiting) await cluster.answer();
      const next = cluster.nextAt;
      if (next === null || next > until) return;
      if (events - (next > this.now ? (next - this.now) * eventsPerMs : 0) > eventsMost) {
        throw new Stuck(`The job does not come to rest: ${eventsMost} events have followed each other.`);
      }
      cluster.step();
    }
  }

  private fail(step: Extract<Step, { kind: 'fail' }>): void {
    const target = this.target(step);
    this.cluster.inject({
      id: `script-${++this.fails}`,
      kind: 'crash-machine',
      target,
      when: { kind: 'now' },
      params: {},
      times: 1,
    });
  }

  private target(step: Extract<Step, { kind: 'fail' }>): FaultTarget {
    const { subtasks, jobGraph } = this.plan;
    const vertex = jobGraph.vertices.find(({ operators }) => operators.some(({ node }) => node === step.node));
    const all = step.node === null ? subtasks : subtasks.filter((one) => one.vertex === vertex?.id);
    const chosen = step.subtask === null ? all : all.filter(({ index }) => index === step.subtask);
    if (chosen.length === 0) {
      const details = { subtask: step.subtask ?? 0, name: this.nameOf(step.node ?? ''), count: all.length };
      throw new ScriptError(scriptProblem('subtask', step, details));
    }
    return { kind: 'machine', subtasks: chosen.map(({ id }) => id) };
  }

  private restore(step: Extract<Step, { kind: 'restore' }>): void {
    const from = this.completed.findLast(
      ({ metadata }) => step.checkpoint === null || metadata.checkpoint === step.checkpoint,
    );
    if (from === undefined) throw new ScriptError(scriptProblem('nothing-to-restore', step));
    this.job = rescaled(this.job, this.request.script, step);
    this.plan = planOf(this.job, step);
    this.cluster.dispose();
    this.turns.forget();
    this.pending.clear();
    this.failure = null;
    this.listener.onRestore(from.metadata.checkpoint);
    this.cluster = this.begin({ savepoint: { run: from.run, checkpoint: from.metadata.checkpoint } });
  }

  private begin(from: RunRequest['from']): Cluster {
    const { resources, seed } = this.request;
    // One name for systems outside, see `lineageOf`.
    const runId = `script~${++this.runs}`;
    const parallel = this.plan.jobGraph.vertices.filter((vertex) => vertex.parallelism > 1);
    this.parallel = new Set(parallel.flatMap(({ operators }) => operators.map(({ node }) => node)));
    return new Cluster(
      { plan: this.plan, resources, pace: fullSpeed, runId, from, faults: [] },
      {
        seed,
        stores: this.stores,
        instantFrom: this.now,
        times: 'none',
        operators: directedOperators,
        feed: this.turns,
        witness: (node, subtask, seen) => this.listener.onSeen(node, subtask, this.parallel.has(node), seen),
        onReport: (report) => this.onReport(runId, report),
      },
    );
  }

  private onReport(run: string, report: Report): void {
    if (report.kind === 'checkpoint') this.onCheckpoint(run, report.event);
    if (report.kind === 'job-state' && report.failure !== undefined) this.failure = report.failure;
    this.listener.onReport(report);
  }

  private onCheckpoint(run: string, event: CheckpointEvent): void {
    if (event.kind === 'triggered') this.pending.add(event.options.checkpoint);
    if (event.kind === 'failed' && event.checkpoint !== null) this.pending.delete(event.checkpoint);
    if (event.kind !== 'completed') return;
    this.pending.delete(event.metadata.checkpoint);
    this.completed.push({ run, metadata: event.metadata });
  }

  private whyNotTaken(node: NodeId): string {
    const { state } = this.cluster;
    if (isTerminal(state)) return `The job is ${state}, so “${this.nameOf(node)}” takes nothing more.`;
    return `“${this.nameOf(node)}” does not take its next element: something that it waits for does not come.`;
  }

  private nameOf(node: NodeId): string {
    return this.job.nodes.find(({ id }) => id === node)?.name ?? node;
  }
}

/** A pending checkpoint that needs more calls than this waits for something else: for a channel that is idle, say. */
const callsMost = 20;
/** While time passes, subtasks report, heartbeats come, and timers fire: that is no endless work. */
const eventsPerMs = 100;

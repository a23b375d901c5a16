/**
 * The beginning of an attempt: builds the chain with its operators, and brings back what a checkpoint holds of it. A
 * subtask that had finished before the checkpoint gets no operators: it only passes the end of its stream on.
 */
import { present } from '../../base/assert.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { KeyedState } from '../state/keyed-state.ts';
import { TimerQueue } from '../time/timers.ts';
import type { SplitId } from '../time/watermarks/multiplexer.ts';
import type { StrategyParams } from '../time/watermarks/strategy.ts';
import type { Batch } from '../wire/batch.ts';
import type { Restore, StateHandle } from '../wire/checkpoints.ts';
import type { Deployment, SubtaskEffect } from '../wire/messages.ts';
import type { LogLevel } from '../wire/reports.ts';
import type { TaskFaults } from '../wire/task-faults.ts';
import { connectNodes, contextFor, keyedStateFor, operatorOf } from './assemble.ts';
import type { Surroundings } from './assemble.ts';
import { Chain } from './chain.ts';
import type { ChainNode } from './chain.ts';
import type { CheckpointSurroundings } from './checkpointing.ts';
import type { InputGate } from './input-gate.ts';
import type { OperatorContext, OperatorTable, SourceEvents, SourceOperator, UserFunction } from './operator.ts';
import type { Outputs } from './outputs.ts';
import type { Requests } from './requests.ts';
import { checkChunks, restoreChunks, restoreOffsets } from './restoring.ts';
import type { ReadChunk } from './restoring.ts';
import type { ResultLimits } from './results.ts';
import { SourceDriver } from './source-driver.ts';
import { sourceTiming } from './source-timing.ts';
import { SplitReader } from './split-reader.ts';
import { pageTimes, TimeRecorder } from './time-recorder.ts';
import type { TimeLimits } from './time-recorder.ts';
import type { Witness } from './witness.ts';

export interface SubtaskServices {
  readonly operators: OperatorTable;
  /** Turns function text into a function; throws a CompileError. */
  compile(source: string): UserFunction;
  /** How sinks hand out records; default: all of them, at once. */
  readonly results?: ResultLimits;
  /** How much is told of event time at the operators; default: what a page can show. */
  readonly times?: TimeLimits | 'none';
  /** Faults that act inside the task; default: none. */
  readonly faults?: Partial<TaskFaults>;
  /** Sees what the operators do; default: nobody. */
  readonly witness?: Witness;
}

/** The parts of the subtask that are there before it starts. */
export interface TaskParts {
  readonly gate: InputGate;
  readonly outputs: Outputs;
  readonly requests: Requests;
  now(): ProcessingTimeMs;
  log(level: LogLevel, text: string, node: NodeId): void;
  found(issue: ParamIssue, node: NodeId): void;
  result(node: NodeId, batch: Batch, transaction?: string): void;
  emit(effect: SubtaskEffect): void;
}

/** What of the running subtask checkpoints look at. */
interface RunningTask {
  readonly records: number;
  readonly atEnd: boolean;
  flushResults(): void;
}

export class TaskStart {
  chain: Chain | null = null;
  driver: SourceDriver | null = null;
  readonly timers = new TimerQueue();
  /** Null: no input of its head is keyed, nor can be. */
  readonly keyedState: KeyedState | null;
  private readonly deployment: Deployment;
  private readonly services: SubtaskServices;
  private readonly parts: TaskParts;
  private stopped = false;

  constructor(deployment: Deployment, services: SubtaskServices, parts: TaskParts) {
    this.deployment = deployment;
    this.services = services;
    this.parts = parts;
    this.keyedState = keyedStateFor(deployment.plan, services.operators, parts.now);
  }

  /** It had finished before the checkpoint it is restored from. */
  get finished(): boolean {
    return this.deployment.restore?.finished === true;
  }

  /** Chunks of the restored checkpoint that this subtask wrote and may name in its next one. */
  get ownHandles(): readonly StateHandle[] {
    const { restore, plan } = this.deployment;
    if (restore === null || restore.borrowed === true || restore.parallelism !== plan.vertex.parallelism) return [];
    return restore.handles
      .filter((handle) => handle.from === plan.index && handle.of === plan.vertex.parallelism)
      .map(({ from: _, of: __, ...handle }) => handle satisfies StateHandle);
  }

  /** Builds and restores; `onReady` follows at once, or when the state has been read. */
  begin(onReady: (chain: Chain) => void): 'ready' | 'restoring' {
    const { restore } = this.deployment;
    if (restore === null || restore.finished || restore.handles.length === 0) {
      this.build(restore, [], onReady);
      return 'ready';
    }
    const keys = restore.handles.map((handle) => handle.key);
    this.parts.requests.ask({ kind: 'read-state', keys }, false, (answer) =>
      this.build(restore, checkChunks(this.deployment.plan, restore, answer), onReady),
    );
    return 'restoring';
  }

  /** Sources stop reading, also those that are not made yet. */
  stop(): void {
    this.stopped = true;
    this.driver?.stop();
  }

  checkpointSurroundings(task: RunningTask): CheckpointSurroundings {
    const { parts, timers, keyedState } = this;
    const { plan, attempt } = this.deployment;
    const chain = (): Chain | null => this.chain;
    const driver = (): SourceDriver | null => this.driver;
    return {
      plan,
      attempt,
      timers,
      keyedState,
      gate: parts.gate,
      outputs: parts.outputs,
      get chain() {
        return chain();
      },
      get driver() {
        return driver();
      },
      now: parts.now,
      records: () => task.records,
      atEnd: () => task.atEnd,
      emit: parts.emit,
      writeState: (checkpoint, chunks, onAnswer) =>
        void parts.requests.ask({ kind: 'write-state', checkpoint, chunks }, false, onAnswer),
      flushResults: () => task.flushResults(),
    };
  }

  private build(restore: Restore | null, chunks: readonly ReadChunk[], onReady: (chain: Chain) => void): void {
    const { plan, offsets } = this.deployment;
    const { gate, outputs } = this.parts;
    const { operators } = this.services;
    // The chain is made of the nodes, whose operators get to know it.
    const around = this.surroundings(() => chain);
    const nodes = connectNodes(around, (id) => outputs.channel(id));
    const chain = new Chain(nodes, this.timers, this.keyedState, this.parts.now);
    this.chain = chain;
    if (!this.finished) for (const node of nodes) this.makeOperator(node, around, chain);
    chain.ready();
    const { driver, keyedState, timers } = this;
    const target = { plan, operators, chain, driver, keyedState, timers, gate, outputs };
    const records = restore === null ? 0 : restoreChunks(target, restore, chunks);
    if (restore === null && offsets !== null && driver !== null) restoreOffsets(driver, offsets);
    if (this.stopped) driver?.stop();
    this.report(chunks, records);
    onReady(chain);
  }

  /** Also when there was nothing to bring back: the recovery waits for everyone. */
  private report(chunks: readonly ReadChunk[], inFlightRecords: number): void {
    const { plan, attempt, recovery, restore, offsets } = this.deployment;
    if (recovery === null && restore === null) return;
    const event = {
      kind: 'restored',
      recovery,
      subtask: plan.id,
      attempt,
      bytes: chunks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
      inFlightRecords,
      offsets: restore === null && offsets === null ? null : (this.driver?.offsets ?? null),
      ...(this.driver === null ? {} : { position: this.driver.position }),
    } as const;
    this.parts.emit({ kind: 'report', report: { kind: 'recovery', at: this.parts.now(), event } });
  }

  private makeOperator(node: ChainNode, around: Surroundings, chain: Chain): void {
    const kind = operatorOf(this.services.operators, node.planned.kind);
    const { times = pageTimes } = this.services;
    const restored = this.deployment.restore !== null;
    if (times !== 'none') node.times = new TimeRecorder(node.planned, this.parts.now, { limits: times, restored });
    const context = contextFor(node, around, this.keyedState);
    const params = kind.params.parse(node.planned.params);
    if (kind.role === 'transform') {
      node.operator = kind.create(params, context);
      return;
    }
    const status = (kind: 'idle' | 'active'): void => chain.status({ kind });
    const watermark = (time: EventTimeMs): void => {
      // Behind a source there is no keyed operator that could hold much: it goes through at once.
      chain.advance(time);
      while (chain.advancing) chain.resume();
    };
    const given = params as StrategyParams;
    const of = Number(given['splits'] ?? 0);
    const direct = { watermark, idle: () => status('idle'), active: () => status('active') };
    const make = (own: OperatorContext): SourceOperator =>
      // The driver is there before the first poll.
      kind.create(params, own, of > 0 ? splitEvents(own.subtaskIndex, () => present(this.driver, 'a driver')) : direct);
    const splits = of > 0 ? new SplitReader(of, context, make) : null;
    const timing = sourceTiming(given, context, this.deployment.plan, kind.ownWatermarks === true);
    const reportWatermark = (time: EventTimeMs): void => this.parts.emit({ kind: 'report-watermark', watermark: time });
    const driver = new SourceDriver(splits ?? make(context), splits, timing, { watermark, status, reportWatermark });
    const { faults } = this.services;
    for (const port of node.ports) {
      port.interceptor = (batch, pass) => {
        faults?.beforeRecords?.(batch, driver.position);
        driver.emit(batch, (piece) => {
          node.times?.batch(piece, 0);
          pass(piece);
        });
      };
    }
    this.driver = driver;
  }

  private surroundings(chain: () => Chain): Surroundings {
    const { parts, services, timers } = this;
    const { plan, attempt } = this.deployment;
    return {
      plan,
      attempt,
      operators: services.operators,
      timers,
      compile: (source) => services.compile(source),
      now: parts.now,
      watermarksOf: (node) => ({
        watermark: (time) => chain().watermarksOf(node).watermark(time),
        status: (status) => chain().watermarksOf(node).status(status),
      }),
      log: parts.log,
      found: parts.found,
      result: parts.result,
      witness: services.witness ?? null,
      request: (body, node) => {
        const isSource = operatorOf(services.operators, node.planned.kind).role === 'source';
        return parts.requests.ask(body, !isSource, (answer, request) =>
          isSource ? this.driver?.onAnswer(request, answer) : node.operator?.onAnswer?.(request, answer),
        );
      },
    };
  }
}

/** What the reader of one split says by itself is combined with what the other splits of the subtask say. */
const splitEvents = (split: SplitId, driver: () => SourceDriver): SourceEvents => ({
  watermark: (time) => driver().ofSplit(split).emitWatermark(time),
  idle: () => driver().ofSplit(split).markIdle(),
  active: () => driver().ofSplit(split).markActive(),
});

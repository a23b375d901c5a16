/**
 * Builds the chain of a subtask from its plan: nodes, network edges, operators and their contexts. Nothing here runs
 * per record.
 */
import { isKeyless } from '../graph/partitioning.ts';
import { assert, present } from '../../base/assert.ts';
import type { EventTimeMs, ProcessingTimeMs } from '../../base/units.ts';
import type { NodeId } from '../graph/job.ts';
import type { ParamIssue } from '../graph/problems.ts';
import type { ChannelId } from '../graph/plan.ts';
import { rangeOfSubtask } from '../state/key-groups.ts';
import { KeyedState } from '../state/keyed-state.ts';
import type { TimerQueue } from '../time/timers.ts';
import type { WatermarkSink } from '../time/watermarks/emitter.ts';
import { rowAt } from '../wire/batch.ts';
import type { Batch } from '../wire/batch.ts';
import { functionFileName, TaskFailure } from '../wire/failures.ts';
import { KeyReader } from '../wire/keys.ts';
import type { SubtaskPlan } from '../wire/messages.ts';
import type { LogLevel } from '../wire/reports.ts';
import type { Request } from '../wire/requests.ts';
import { ChainNode } from './chain.ts';
import type { OperatorContext, OperatorTable, RunnableOperator, UserFunction } from './operator.ts';
import { OutputEdge } from './output-edge.ts';
import type { OutputChannel } from './output-channel.ts';
import { routeFor } from './partition.ts';
import type { Witness, Witnessed } from './witness.ts';

/** What a function's text fails with when it does not compile. */
export interface CompileError {
  readonly line: number;
  readonly reason: string;
}

/** What the subtask offers to the parts that it is built of. */
export interface Surroundings {
  readonly plan: SubtaskPlan;
  readonly attempt: number;
  readonly operators: OperatorTable;
  readonly timers: TimerQueue;
  /** Turns function text into a function; throws a CompileError. */
  compile(source: string): UserFunction;
  now(): ProcessingTimeMs;
  /** Where an operator with watermarks of its own emits them. */
  watermarksOf(node: ChainNode): WatermarkSink;
  log(level: LogLevel, text: string, node: NodeId): void;
  found(issue: ParamIssue, node: NodeId): void;
  result(node: NodeId, batch: Batch, transaction?: string): void;
  readonly witness: Witness | null;
  /** The answer goes to the operator of the node. */
  request(body: Request, node: ChainNode): number;
}

/** Nodes connected along the chained edges and to the network, without their operators. */
export function connectNodes(around: Surroundings, channelOf: (id: ChannelId) => OutputChannel): ChainNode[] {
  const { plan } = around;
  const nodes = plan.vertex.operators.map(
    (planned) => new ChainNode(planned, () => around.now(), witnessOf(around, planned.node)),
  );
  const byId = new Map(nodes.map((node) => [node.planned.node, node]));
  for (const link of plan.vertex.chained) {
    const from = present(byId.get(link.from), 'the sender of a chained edge');
    from.ports[link.fromPort]?.chained.push(present(byId.get(link.to), 'the receiver of a chained edge'));
  }
  for (const [order, output] of plan.outputs.entries()) {
    const channels = output.channels.map((id) => channelOf(id));
    const route = routeFor({
      partitioner: output.edge.partitioner,
      type: output.edge.type,
      channels: channels.length,
      maxParallelism: plan.settings.maxParallelism,
      seed: (plan.settings.seed * 31 + plan.index) * 31 + order,
    });
    const from = present(byId.get(output.edge.fromNode), 'the sender of an edge');
    from.ports[output.edge.fromPort]?.edges.push(new OutputEdge(channels, route));
  }
  return nodes;
}

function witnessOf({ witness, plan }: Surroundings, node: NodeId): ChainNode['witness'] {
  return witness === null ? null : (seen: Witnessed) => witness(node, plan.index, seen);
}

export function operatorOf(operators: OperatorTable, kind: string): RunnableOperator {
  return present(operators.get(kind), `operator kind “${kind}”`);
}

/** By channel, in the order of the plan: which of the head's watermark valves it goes to, one for each input from 0. */
export function valveOfChannels({ vertex, inputs }: SubtaskPlan, operators: OperatorTable): number[] {
  const head = operatorOf(operators, vertex.operators[0]?.kind ?? '');
  const united = head.role === 'transform' && head.united === true;
  const ports = [...new Set(inputs.map(({ edge }) => edge.toPort))];
  return inputs.flatMap(({ edge, channels }) => channels.map(() => (united ? 0 : ports.indexOf(edge.toPort))));
}

/** Keyed state of the head, if its input is keyed, or need not be. */
export function keyedStateFor(
  plan: SubtaskPlan,
  operators: OperatorTable,
  now: () => ProcessingTimeMs,
): KeyedState | null {
  const head = plan.vertex.operators[0];
  const type = head?.inputs[0];
  if (head === undefined || type === undefined) return null;
  if (type.key === null && !isKeyless(operators.get(head.kind), head.inputs)) return null;
  const { maxParallelism } = plan.settings;
  const reader = new KeyReader(type.schema, type.key ?? []);
  const range = rangeOfSubtask(plan.index, maxParallelism, plan.vertex.parallelism);
  return new KeyedState(maxParallelism, range, (key) => reader.hash(key), now);
}

export function contextFor(node: ChainNode, around: Surroundings, keyedState: KeyedState | null): OperatorContext {
  const { plan } = around;
  const { planned, witness } = node;
  const inHand = new RecordInHand();
  return {
    node: planned.node,
    name: planned.name,
    subtaskIndex: plan.index,
    attempt: around.attempt,
    checkpoints: plan.settings.checkpointMode !== 'off',
    parallelism: plan.vertex.parallelism,
    maxParallelism: plan.settings.maxParallelism,
    seed: plan.settings.seed,
    inputs: planned.inputs,
    outputTypes: planned.outputs,
    outputs: node.ports,
    get keyedState(): KeyedState {
      assert(keyedState !== null, `“${planned.name}” has a keyed input`);
      return keyedState;
    },
    timers: around.timers,
    watermark: (): EventTimeMs => node.watermark,
    now: () => around.now(),
    compile: (_param, source) => guarded(compileFor(node, around, source), node, plan.id, inHand),
    guard: (made) => guarded(made, node, plan.id, inHand),
    watermarks: around.watermarksOf(node),
    at: (batch, row) => inHand.set(batch, row),
    log: (level, text) => around.log(level, text, planned.node),
    found: (issue) => around.found(issue, planned.node),
    ...(node.times === null ? {} : { times: node.times }),
    countLate: (records) => {
      node.lateDropped += records;
      witness?.({ kind: 'late', records });
    },
    ...(witness === null ? {} : { onPane: (pane) => witness({ kind: 'pane', pane }) }),
    result: (batch, transaction) => {
      witness?.({ kind: 'result', batch, ...(transaction === undefined ? {} : { transaction }) });
      around.result(planned.node, batch, transaction);
    },
    request: (body) => around.request(body, node),
  };
}

/** The record that user code is looking at, so that a throw can name it. */
class RecordInHand {
  private batch: Batch | null = null;
  private row = 0;

  set(batch: Batch, row: number): void {
    this.batch = batch;
    this.row = row;
  }

  text(): string | null {
    if (this.batch === null || this.row >= this.batch.length) return null;
    return JSON.stringify(rowAt(this.batch, this.row)).slice(0, 2000);
  }
}

function compileFor(node: ChainNode, around: Surroundings, source: string): UserFunction {
  try {
    return around.compile(source);
  } catch (error) {
    const { line, reason } = error as CompileError;
    const where = line > 0 ? ` (line ${line})` : '';
    throw new TaskFailure({
      code: 'function-compile',
      node: node.planned.node,
      subtask: around.plan.id,
      details: { node: node.planned.name, reason: `${reason}${where}` },
    });
  }
}

/** The user function, whose throw becomes a failure that names node, subtask, record and stack. */
function guarded(run: UserFunction, node: ChainNode, subtask: string, inHand: RecordInHand): UserFunction {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      if (error instanceof TaskFailure) throw error;
      const record = inHand.text();
      throw new TaskFailure({
        code: 'user-function',
        node: node.planned.node,
        subtask,
        details: { node: node.planned.name, reason: reasonOf(error) },
        ...(record === null ? {} : { record }),
        ...stackOf(error),
      });
    }
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
}

/** The user's frames: those of the file that functions are compiled as. */
function stackOf(error: unknown): { stack?: string } {
  if (!(error instanceof Error) || error.stack === undefined) return {};
  const frames = error.stack.split('\n').filter((line) => line.includes(`${functionFileName}:`));
  const own = frames.map((line) => `    ${line.trim()}`).slice(0, stackFramesMax);
  return { stack: [`${error.name}: ${error.message}`, ...own].join('\n').slice(0, 4000) };
}

const stackFramesMax = 20;

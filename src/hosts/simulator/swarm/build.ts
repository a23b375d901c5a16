/** From a drawing to a job that runs: nodes, edges, and the files that its sources read. */
import type { Resource } from '../../../connectors/resource.ts';
import { defaultSettings } from '../../../engine/graph/job.ts';
import type { Job, JobEdge, JobNode, NodeId, PartitionerChoice } from '../../../engine/graph/job.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import type { Alignment, Drawing, SourceDrawing, StepDrawing } from './drawing.ts';
import { endOf } from './ends/list.ts';
import { holding } from './holding.ts';
import { pieceOf } from './pieces/list.ts';
import type { Second, Stage } from './pieces/piece.ts';
import { sourceItems } from './oracle.ts';
import { idsPerPair } from './items.ts';
import type { Item } from './items.ts';
import { pauseTimeoutMs, timesParams } from './times.ts';

export const outSink = 'out';
export const sideSink = 'aside';

const shape: Schema = [
  { name: 'key', type: 'string' },
  { name: 'value', type: 'int' },
  { name: 'id', type: 'int' },
];

export interface BuiltJob {
  readonly job: Job;
  readonly resources: readonly Resource[];
}

export function buildJob(drawing: Drawing, seed: number): BuiltJob {
  const builder = new Builder();
  drawing.sources.forEach((source, i) => builder.source(source, i, drawing.alignment));
  builder.merge(drawing);
  drawing.steps.forEach((step, i) => builder.step(step, `step${i}`));
  builder.tail(drawing);
  builder.sinks(drawing);
  const { nodes, edges, resources } = builder;
  const settings = { ...defaultSettings, ...drawing.settings, seed };
  return { job: { name: 'Swarm', description: '', nodes, edges, settings, faults: [], script: '' }, resources };
}

/** Where an operator runs, how records come to it, and its simulated work. */
interface At {
  readonly parallelism: number;
  readonly exchange: PartitionerChoice;
  readonly costMs?: number;
}

interface Output {
  readonly node: NodeId;
  readonly port: string;
}

const outOf = (node: NodeId): Output => ({ node, port: 'out' });
const auto = (parallelism: number): At => ({ parallelism, exchange: 'auto' });

class Builder {
  readonly nodes: JobNode[] = [];
  readonly edges: JobEdge[] = [];
  readonly resources: Resource[] = [];
  private readonly branches: NodeId[] = [];
  private readonly sides: NodeId[] = [];
  /** Each of the two sources goes to an input of its own. */
  private apart = false;
  private last: Output = { node: '', port: 'out' };

  source(source: SourceDrawing, index: number, alignment: Alignment | undefined): void {
    const id = `source${index}`;
    const items = sourceItems(source, index);
    const { parallelism } = source;
    const times = timesParams(source, alignment);
    if (source.kind === 'scripted') {
      this.node(id, 'scripted', 1, { timeline: timelineOf(items, source.pauseMs), columns: shape });
    } else if (source.kind === 'file') {
      const text = items.map((item) => `${JSON.stringify(item)}\n`).join('');
      const resource = `file:${id}.ndjson`;
      this.resources.push({ name: resource, format: 'ndjson', content: new Blob([text]) });
      const columns = [...shape, { name: 'time', type: 'timestamp' }];
      this.node(id, 'file', parallelism, { resource, columns, timestampColumn: 'time', ...times });
      this.reshape(id, parallelism, '({ key, value, id }) => ({ key, value, id })');
    } else {
      const time = { startMs: source.aheadMs ?? 0, stepMs: 7, ...times };
      const rate = source.pauseMs === undefined ? 0 : 1000 / source.pauseMs;
      this.node(id, 'generator', parallelism, { rate, count: source.records, keys: 1, ...time });
      const first = items[0]?.id ?? 0;
      const key = `'k' + ((row.sequence * 5 + ${index}) % ${source.keys})`;
      const plain = '(row.sequence * 3) % 17';
      const value = source.side === undefined ? plain : `5 * (${plain}) + ${2 * source.side}`;
      this.reshape(id, parallelism, `(row) => ({ key: ${key}, value: ${value}, id: ${first} + row.sequence })`);
    }
    this.branches.push(this.nodes.at(-1)?.id ?? id);
  }

  merge({ sources }: Drawing): void {
    this.apart = sources.length === 2 && sources.every(({ side }) => side !== undefined);
    const [first = '', ...others] = this.branches;
    this.last = { node: first, port: 'out' };
    if (others.length === 0 || this.apart) return;
    this.united('union', this.branches, 1);
  }

  step(step: StepDrawing, id: NodeId): void {
    switch (step.kind) {
      case 'filter':
        return this.after(id, 'filter', step, { function: `(row) => row.value % ${step.n} !== 1` });
      case 'map':
        return this.after(id, 'map', step, {
          function: `(row) => ({ key: row.key, value: row.value + ${step.n}, id: row.id })`,
          columns: shape,
        });
      case 'flatMap': {
        const copies = Array.from(
          { length: step.n },
          (_, i) => `{ key: row.key, value: row.value, id: row.id * 4 + ${i} }`,
        );
        return this.after(id, 'flatMap', step, {
          function: `(row) => [${copies.join(', ')}]`,
          columns: shape,
        });
      }
      case 'side':
        this.after(id, 'sideOutput', step, { function: `(row) => row.value % ${step.n} === 0` });
        this.sides.push(id);
        this.last = { node: id, port: 'main' };
        return;
      case 'hold':
        this.keyBy(`${id} by`);
        return this.after(id, 'process', { ...step, exchange: 'auto' }, holding(step.in, step.n));
      case 'join':
        return this.join(id, step.n, step);
      case 'window':
        return this.window(id, step);
      case 'piece': {
        const { stages, second } = pieceOf(step.of);
        return this.stages(id, stages(step.n), second, step.parallelism);
      }
    }
  }

  tail({ tail, end }: Drawing): void {
    if (end !== undefined) {
      const { stages, second } = endOf(end.of);
      this.stages('end', stages(end.n), second, end.parallelism);
    }
    if (tail.kind === 'none') return;
    this.keyBy('tail by');
    if (tail.kind === 'count') this.after('tail', 'aggregate', auto(tail.parallelism), {});
    else {
      const aggregates = [{ function: 'sum', column: 'value', as: 'sum' }];
      this.after('tail', 'aggregate', auto(tail.parallelism), { aggregates });
    }
  }

  sinks(drawing: Drawing): void {
    this.sink(drawing);
    for (const side of this.sides) {
      const ofSide = drawing.sink.kind === 'upsertTable' ? { keys: ['id'] } : {};
      this.node(sideSink, drawing.sink.kind, 1, ofSide);
      this.edge({ node: side, port: 'side' }, sideSink, 'auto');
    }
  }

  private sink({ sink, tail, steps, end }: Drawing): void {
    if (end !== undefined) {
      const of = endOf(end.of);
      const keys = end.shown === 'upsert' && 'key' in of ? of.key : null;
      return this.after(outSink, sink.kind, sink, keys === null ? { mode: end.shown } : { keys });
    }
    const windowed = steps.some(({ kind }) => kind === 'window' || kind === 'piece');
    // All rows of one number are equal; of a key that is counted the last one counts.
    const keys = tail.kind !== 'none' ? ['key'] : windowed ? ['key', 'id'] : ['id'];
    const params = sink.kind === 'upsertTable' ? { keys } : {};
    const exchange = sink.kind === 'upsertTable' && tail.kind !== 'none' ? 'auto' : sink.exchange;
    const parallelism = tail.kind !== 'none' && sink.kind === 'upsertTable' ? tail.parallelism : sink.parallelism;
    this.after(outSink, sink.kind, { ...sink, parallelism, exchange }, params);
  }

  /** The stream with a part of itself. */
  private join(id: NodeId, upperMs: number, at: At): void {
    const pair = `{ key: left.key, value: left.value + right.value, id: left.id * ${idsPerPair} + right.id }`;
    const params = { upperMs, result: 'function', function: `(left, right) => (${pair})`, columns: shape };
    this.withPart(id, { ports: ['left', 'right'] });
    this.node(id, 'intervalJoin', at.parallelism, params, at.costMs);
    this.connect(id, ['left', 'right']);
  }

  /** Two branches, called as the ports: all of the stream, by key, and a part of it, by key or as it is; or two parts. */
  private withPart(id: NodeId, { ports: [all, part], broadcast = false, parts, by, made }: Second): void {
    const [from, partFrom] = this.apart ? this.branches.map(outOf) : [this.last, this.last];
    const [ofAll, ofPart] = parts ?? [null, '(row) => row.value % 3 === 0'];
    this.last = from as Output;
    const at = auto(this.parallelismOf(this.last.node));
    if (ofAll !== null) this.after(`${id} other part`, 'filter', at, { function: ofAll });
    this.keyBy(`${id} ${all}`, by);
    this.last = partFrom as Output;
    const name = broadcast ? `${id} ${part}` : `${id} part`;
    this.after(name, 'filter', at, { function: ofPart });
    if (made !== undefined) this.after(`${id} made`, 'map', at, made);
    if (!broadcast) this.keyBy(`${id} ${part}`, by);
  }

  private connect(id: NodeId, ports: readonly string[]): void {
    for (const port of ports) this.edge({ node: `${id} ${port}`, port: 'out' }, id, 'auto', port);
    this.last = { node: id, port: 'out' };
  }

  private stages(id: NodeId, stages: readonly Stage[], first: Second | undefined, parallelism: number): void {
    const at = auto(parallelism);
    const besides: NodeId[] = [];
    const before = this.apart ? this.onEachBranch(id, stages, first, at) : 0;
    stages.forEach(({ second = first, ...stage }, i) => {
      if (i < before) return;
      const name = i === 0 ? id : `${id} ${i}`;
      if (second === undefined || (i > 0 && second === first)) this.stage(name, stage, at);
      else {
        this.withPart(name, second);
        this.node(name, stage.kind, parallelism, stage.params);
        this.connect(name, second.ports);
      }
      const { shape: text, beside, ports } = stage;
      if (text !== undefined) this.after(`${name} shape`, 'map', at, { function: text, columns: shape });
      if (ports !== undefined) this.together(name, ports, at);
      if (beside === undefined) return;
      const from = this.last;
      this.after(`${name} beside`, 'map', at, beside);
      this.last = from;
      besides.push(`${name} beside`);
    });
    if (besides.length > 0) this.united(`${id} union`, [this.last.node, ...besides], parallelism);
  }

  /** Puts what is in front of the stage with two inputs behind each of the branches; how many those are. */
  private onEachBranch(id: NodeId, stages: readonly Stage[], first: Second | undefined, at: At): number {
    const joined = stages.findIndex(({ second = first }) => second !== undefined);
    this.branches.forEach((branch, side) => {
      this.last = outOf(branch);
      stages.slice(0, joined).forEach((stage, i) => {
        const idle = stage.kind === 'watermarks' ? { idleTimeoutMs: pauseTimeoutMs } : {};
        this.stage(`${id} ${i} of ${side}`, { ...stage, params: { ...stage.params, ...idle } }, at);
      });
      this.branches[side] = this.last.node;
    });
    return joined;
  }

  /** What comes out at the outputs of `id`, by these maps. */
  private together(id: NodeId, ports: NonNullable<Stage['ports']>, at: At): void {
    for (const [port, params] of Object.entries(ports)) {
      this.last = { node: id, port };
      this.after(`${id} ${port} shape`, 'map', at, params);
    }
    const branches = Object.keys(ports).map((port) => `${id} ${port} shape`);
    this.united(`${id} together`, branches, at.parallelism);
  }

  private stage(name: NodeId, { kind, params, by = ['key'] }: Stage, at: At): void {
    if (by !== null) this.keyBy(`${name} by`, by);
    this.after(name, kind, at, params);
  }

  private united(id: NodeId, branches: readonly NodeId[], parallelism: number): void {
    this.node(id, 'union', parallelism, {});
    for (const branch of branches) this.edge({ node: branch, port: 'out' }, id, 'auto');
    this.last = { node: id, port: 'out' };
  }

  private window(id: NodeId, { sizeMs, of, ...at }: Extract<StepDrawing, { kind: 'window' }>): void {
    this.keyBy(`${id} by`);
    const aggregates = [{ function: 'sum', column: 'value', as: 'value' }];
    const fifth = sizeMs / 5;
    const own = {
      tumbling: { sizeMs },
      sliding: { sizeMs, slideMs: fifth },
      cumulating: { sizeMs, stepMs: fifth },
      session: { gapMs: sizeMs },
    };
    const kind = of ?? 'tumbling';
    this.after(id, `${kind}Window`, { ...at, exchange: 'auto' }, { ...own[kind], aggregates });
    const number = kind === 'tumbling' ? 'windowStart' : 'windowEnd';
    const columns = `(row) => ({ key: row.key, value: row.value, id: row.${number} })`;
    this.after(`${id} shape`, 'map', auto(at.parallelism), { function: columns, columns: shape });
  }

  private reshape(id: NodeId, parallelism: number, text: string): void {
    this.node(`${id} shape`, 'map', parallelism, { function: text, columns: shape });
    this.edge({ node: id, port: 'out' }, `${id} shape`, 'auto');
  }

  private keyBy(id: NodeId, columns: readonly string[] = ['key']): void {
    this.after(id, 'keyBy', auto(this.parallelismOf(this.last.node)), { columns });
  }

  private parallelismOf(id: NodeId): number {
    return this.nodes.find((node) => node.id === id)?.parallelism ?? 1;
  }

  private after(id: NodeId, kind: string, at: At, params: Readonly<Record<string, unknown>>): void {
    this.node(id, kind, at.parallelism, params, at.costMs);
    this.edge(this.last, id, at.exchange);
    this.last = { node: id, port: 'out' };
  }

  private node(
    id: NodeId,
    kind: string,
    parallelism: number,
    params: Readonly<Record<string, unknown>>,
    costMs = 0,
  ): void {
    const plain = { chaining: 'always', costMs, position: { x: 0, y: 0 } } as const;
    this.nodes.push({ id, kind, name: id, params, parallelism, ...plain });
  }

  private edge(from: Output, to: NodeId, partitioner: PartitionerChoice, port = 'in'): void {
    // Forward is what `auto` means between equals, and is refused between others.
    const id = `${from.node}.${from.port} -> ${to}`;
    this.edges.push({ id, from, to: { node: to, port }, partitioner });
  }
}

/** The records in order, and at times (before a pause, if it makes some) the highest watermark that makes none of the rest late. */
function timelineOf(items: readonly Item[], pauseMs: number | undefined): string {
  const pause = pauseMs === undefined ? '' : ` ~ +${pauseMs}ms`;
  const elements = items.map(({ key, value, id, time }, n) => {
    const record = `${JSON.stringify({ key, value, id })}@${time}`;
    const rest = items.slice(n + 1);
    if (n % 5 !== 4 || rest.length === 0) return record;
    return `${record} w${Math.min(...rest.map((item) => item.time)) - 1}${pause}`;
  });
  return [...elements, '|'].join(' ');
}

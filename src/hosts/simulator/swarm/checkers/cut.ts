/**
 * Consistency of the cut (Chandy and Lamport 1985): a completed checkpoint is the state after some prefix of the input. The
 * prefix is what the sources had sent before their barriers; the plain computation over it must give exactly the rows in the
 * transactions that the checkpoint covers. Judged where that can be seen from outside: at a transactional sink, without
 * windows, timers and joins, with one checkpoint at a time, and with nothing in flight according to the checkpoint itself; so whoever forgets
 * what is in flight is seen.
 */
import type { ChannelId, ExecutionGraph, SubtaskId } from '../../../../engine/graph/plan.ts';
import type { Row } from '../../../../engine/graph/schema.ts';
import type { WireBuffer } from '../../../../engine/wire/buffer.ts';
import { rowsOf } from '../../../../engine/wire/batch.ts';
import type { Batch } from '../../../../engine/wire/batch.ts';
import type { CheckpointId, CheckpointMetadata } from '../../../../engine/wire/checkpoints.ts';
import { BufferReader } from '../../../../engine/wire/codec.ts';
import type { Deployment } from '../../../../engine/wire/messages.ts';
import type { AttemptOf } from '../../observer.ts';
import { outSink } from '../build.ts';
import { isExactlyOnce } from '../drawing.ts';
import type { Drawing } from '../drawing.ts';
import { itemsFrom, perKey } from '../oracle.ts';
import type { Item } from '../items.ts';
import { at, attemptKey } from './checker.ts';
import type { CheckedRun, Checker } from './checker.ts';
import { Comparison } from './comparison.ts';

export const cut: Checker = {
  name: 'cut',
  watch(run) {
    const view = viewOf(run);
    if (view === null) return {};
    const sent = new Sent(view);
    const covered = new Covered();
    let newest = 0;
    let lost = false;
    return {
      onDeploy(deployment) {
        sent.begin(deployment);
        // An older checkpoint than the newest one: what is committed is ahead of it, and stays so.
        if ((deployment.restore?.checkpoint ?? 0) < newest) lost = true;
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind === 'send') sent.see(from, effect.channel, effect.buffer);
          if (effect.kind === 'acknowledge') covered.acknowledged(from, effect.checkpoint);
          if (effect.kind !== 'request' || effect.body.kind !== 'transaction' || effect.body.sink !== outSink) continue;
          const { step, transaction } = effect.body;
          if (step.kind === 'write') covered.wrote(transaction, step.portion, step.records);
          if (step.kind === 'prepare') covered.prepared(from, transaction);
        }
      },
      onCompleted(metadata) {
        newest = metadata.checkpoint;
        const rows = covered.complete(metadata);
        const items = sent.complete(metadata);
        if (items === null || lost || hasInFlight(metadata)) return;
        for (const text of compared(run.drawing, view.stepsBefore, items, rows)) {
          run.finding(`checkpoint ${metadata.checkpoint} is no cut: ${text}`);
        }
      },
    };
  },
};

interface View {
  readonly plan: ExecutionGraph;
  /** Channels on which the records of the sources can be seen. */
  readonly channels: ReadonlySet<ChannelId>;
  /** Steps that the records have behind them there. */
  readonly stepsBefore: number;
}

/** Null: the job is not of the kind that this can judge. */
function viewOf({ drawing, guarantee, plan }: CheckedRun): View | null {
  const { steps, sink, sources, tail, end } = drawing;
  if (end !== undefined) return null;
  // Of two at once, nothing tells for which one a transaction was closed.
  if ((drawing.settings.maxConcurrentCheckpoints ?? 1) > 1) return null;
  if (!isExactlyOnce(guarantee) || sink.kind !== 'transactionalTable' || tail.kind === 'sum') return null;
  if (sink.exchange === 'broadcast' || steps.some((step) => step.exchange === 'broadcast')) return null;
  if (steps.some(({ kind }) => kind === 'window' || kind === 'hold' || kind === 'join' || kind === 'piece'))
    return null;
  const { vertices, edges } = plan.jobGraph;
  const nodesOf = (vertex: string) => vertices.find(({ id }) => id === vertex)?.operators.map(({ node }) => node) ?? [];
  const heads = sources.map((source, i) => (source.kind === 'scripted' ? `source${i}` : `source${i} shape`));
  const vertex = heads.map((head) => vertices.find(({ operators }) => operators.some(({ node }) => node === head))?.id);
  const mine = edges.filter(({ edge, from }) => vertex.includes(from) && !edge.includes('.side -> '));
  if (new Set(mine.map(({ from }) => from)).size !== sources.length) return null;
  const channels = plan.channels.filter(({ edge }) => mine.some((one) => one.edge === edge));
  const stepsBefore = steps.filter((_, i) => vertex.some((id) => nodesOf(id ?? '').includes(`step${i}`))).length;
  return {
    plan,
    channels: new Set(channels.map(({ id }) => id)),
    stepsBefore,
  };
}

const hasInFlight = ({ subtasks }: CheckpointMetadata): boolean =>
  subtasks.some(({ handles }) => handles.some(({ place }) => place.kind === 'input' || place.kind === 'output'));

/** One attempt of a source's subtask. */
interface Attempt {
  /** What it had sent by the checkpoint that it was restored from; null if that is not known. */
  readonly base: readonly Item[] | null;
  readonly items: Map<ChannelId, Item[]>;
  /** How many of them came before the barrier. */
  readonly cuts: Map<CheckpointId, Map<ChannelId, number>>;
}

/** What the subtasks of the sources have sent, and what of it belongs to which checkpoint. */
class Sent {
  private readonly senders = new Map<SubtaskId, readonly ChannelId[]>();
  private readonly readers = new Map<ChannelId, BufferReader>();
  private readonly attempts = new Map<string, Attempt>();
  private readonly newest = new Map<SubtaskId, Attempt>();
  private readonly prefixes = new Map<string, readonly Item[] | null>();

  constructor({ plan, channels }: View) {
    for (const { id, edge, from } of plan.channels) {
      if (!channels.has(id)) continue;
      this.senders.set(from, [...(this.senders.get(from) ?? []), id]);
      const planned = plan.jobGraph.edges.find((one) => one.edge === edge);
      if (planned !== undefined) this.readers.set(id, new BufferReader(planned.type.schema));
    }
  }

  begin({ plan: { id }, attempt, restore }: Deployment): void {
    if (!this.senders.has(id)) return;
    const base = restore === null ? [] : (this.prefixes.get(`${restore.checkpoint} ${id}`) ?? null);
    const begun = { base, items: new Map(), cuts: new Map() };
    this.attempts.set(attemptKey({ id, attempt }), begun);
    this.newest.set(id, begun);
  }

  see(from: AttemptOf, channel: ChannelId, buffer: WireBuffer): void {
    const attempt = this.attempts.get(attemptKey(from));
    const reader = this.readers.get(channel);
    if (attempt === undefined || reader === undefined) return;
    const items = at(attempt.items, channel, () => []);
    for (const { after, event } of buffer.events) {
      if (event.kind !== 'barrier') continue;
      at(attempt.cuts, event.options.checkpoint, () => new Map()).set(channel, items.length + after);
    }
    const batch = reader.read(buffer);
    if (batch !== null) items.push(...itemsOf(batch));
  }

  /** The prefix of the input that the checkpoint stands for; null if it is not known. */
  complete({ checkpoint, subtasks }: CheckpointMetadata): readonly Item[] | null {
    const parts = [...this.senders].map(([id, channels]) => {
      const finished = subtasks.find(({ subtask }) => subtask === id)?.finished === true;
      const prefix = prefixOf(this.newest.get(id), channels, finished ? null : checkpoint);
      this.prefixes.set(`${checkpoint} ${id}`, prefix);
      return prefix;
    });
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
  }
}

/** `checkpoint` null: all. */
function prefixOf(
  attempt: Attempt | undefined,
  channels: readonly ChannelId[],
  checkpoint: CheckpointId | null,
): readonly Item[] | null {
  if (attempt === undefined || attempt.base === null) return null;
  const prefix = [...attempt.base];
  for (const channel of channels) {
    const items = attempt.items.get(channel) ?? [];
    const end = checkpoint === null ? items.length : attempt.cuts.get(checkpoint)?.get(channel);
    if (end === undefined) return null;
    prefix.push(...items.slice(0, end));
  }
  return prefix;
}

/** The rows of the transactions that completed checkpoints cover. */
class Covered {
  private readonly portions = new Map<string, Map<number, Row[]>>();
  private readonly preparedBy = new Map<string, Set<string>>();
  private readonly acknowledgedBy = new Map<string, ReadonlySet<string>>();
  private readonly covered = new Set<string>();

  wrote(transaction: string, portion: number, records: Batch): void {
    at(this.portions, transaction, () => new Map()).set(portion, rowsOf(records));
  }

  prepared(from: AttemptOf, transaction: string): void {
    at(this.preparedBy, attemptKey(from), () => new Set()).add(transaction);
  }

  acknowledged(from: AttemptOf, checkpoint: CheckpointId): void {
    this.acknowledgedBy.set(`${checkpoint} ${from.id}`, new Set(this.preparedBy.get(attemptKey(from))));
  }

  complete({ checkpoint, subtasks }: CheckpointMetadata): readonly Row[] {
    for (const { subtask } of subtasks) {
      for (const name of this.acknowledgedBy.get(`${checkpoint} ${subtask}`) ?? []) this.covered.add(name);
    }
    return [...this.covered].flatMap((name) => [...(this.portions.get(name)?.values() ?? [])].flat());
  }
}

const itemsOf = (batch: Batch): Item[] =>
  rowsOf(batch).map((row, i) => ({
    key: String(row['key']),
    value: Number(row['value']),
    id: Number(row['id']),
    time: batch.timestamps[i] as number,
  }));

function compared(drawing: Drawing, stepsBefore: number, items: readonly Item[], rows: readonly Row[]): string[] {
  const { out } = itemsFrom(items, { ...drawing, steps: drawing.steps.slice(stepsBefore) });
  if (drawing.tail.kind === 'none') return new Comparison('out', out.map(rowText), rows.map(rowText)).exact();
  const right = [...perKey(out)].flatMap(([key, { count }]) =>
    Array.from({ length: count }, (_, i) => `${key} ${i + 1}`),
  );
  const found = rows.map(({ key, count }) => `${String(key)} ${String(count)}`);
  return new Comparison('out', right, found).exact();
}

const rowText = ({ key, value, id }: Pick<Item, 'key' | 'value' | 'id'> | Row): string =>
  `${String(key)} ${String(value)} ${String(id)}`;

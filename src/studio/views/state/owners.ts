/** What the subtasks of an operator hold: who owns which key groups, how many keys are where, and how even that is. Pure. */
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import { rangeOfSubtask } from '../../../engine/state/key-groups.ts';
import type { KeyGroupRange } from '../../../engine/state/key-groups.ts';
import type { InspectAnswer } from '../../../engine/wire/inspect.ts';
import type { Holder } from './holders.ts';

export interface Owner {
  readonly subtask: SubtaskId;
  readonly index: number;
  /** Null: it has no keys. */
  readonly range: KeyGroupRange | null;
  /** Null: it has not answered, does not run, or has no keys. */
  readonly keys: number | null;
  readonly answered: boolean;
  /** Entries of operator state; null: it has not answered, or keeps none. */
  readonly beside: number | null;
  readonly entries: number;
  readonly timers: number;
  /** False: there are more keys than were looked through. */
  readonly complete: boolean;
  /** What it said instead of an answer. */
  readonly gone: string | null;
  readonly bins: readonly Bin[];
}

/** Some neighbouring key groups. */
export interface Bin extends KeyGroupRange {
  readonly keys: number;
  /** Of the fullest bin of all, 0 … 1. */
  readonly share: number;
}

/** Bins drawn of one subtask. */
const binsMost = 48;

export function ownersOf(
  holder: Pick<Holder, 'node' | 'reader'>,
  subtasks: readonly SubtaskId[],
  maxParallelism: number,
  answers: ReadonlyMap<SubtaskId, InspectAnswer>,
): readonly Owner[] {
  const raw = subtasks.map((subtask, index) => {
    const hasKeys = (holder.reader?.types.length ?? 0) > 0;
    const range = hasKeys ? rangeOfSubtask(index, maxParallelism, subtasks.length) : null;
    const answer = answers.get(subtask);
    const inspected = answer?.kind === 'inspected' ? answer : null;
    const keyed = holder.reader === null ? null : (inspected?.keyed ?? null);
    const groups = new Map(keyed?.groups ?? []);
    const beside = inspected?.operators.find(({ node }) => node === holder.node);
    return {
      subtask,
      index,
      range,
      keys: keyed === null || !hasKeys ? null : [...groups.values()].reduce((sum, keys) => sum + keys, 0),
      answered: inspected !== null,
      beside: beside === undefined ? null : beside.held.length + beside.more,
      entries: keyed?.entries ?? 0,
      timers: keyed?.timers ?? 0,
      complete: keyed?.complete ?? true,
      gone: answer?.kind === 'gone' ? answer.state : answer?.kind === 'failed' ? answer.reason : null,
      bins: range === null ? [] : binsOf(range, groups),
    };
  });
  const fullest = Math.max(1, ...raw.flatMap(({ bins }) => bins.map(({ keys }) => keys)));
  return raw.map((owner) => ({ ...owner, bins: owner.bins.map((bin) => ({ ...bin, share: bin.keys / fullest })) }));
}

function binsOf({ start, end }: KeyGroupRange, groups: ReadonlyMap<number, number>): readonly Omit<Bin, 'share'>[] {
  const size = Math.max(0, end - start + 1);
  const count = Math.min(binsMost, size);
  return Array.from({ length: count }, (_, i) => {
    const from = start + Math.floor((i * size) / count);
    const to = start + Math.floor(((i + 1) * size) / count) - 1;
    let keys = 0;
    for (let group = from; group <= to; group++) keys += groups.get(group) ?? 0;
    return { start: from, end: to, keys };
  });
}

/** How much more than its share the fullest subtask has: `Subtask 1 has 1.6 × the mean.` Empty: evenly spread, or unknown. */
export function skewText(owners: readonly Owner[]): string {
  if (owners.length < 2 || owners.some(({ keys }) => keys === null)) return '';
  const total = owners.reduce((sum, { keys }) => sum + (keys ?? 0), 0);
  const fullest = owners.reduce((most, owner) => ((owner.keys ?? 0) > (most.keys ?? 0) ? owner : most));
  const ratio = ((fullest.keys ?? 0) * owners.length) / total;
  if (total === 0 || ratio < 1.05) return '';
  return `Subtask ${fullest.index} has ${ratio.toFixed(1)} × the mean`;
}

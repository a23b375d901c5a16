/**
 * A look into a running subtask: what a host asks of it between two steps, and the answer: time, keyed state and timers of
 * one moment. A look changes nothing, and both question and answer are bounded.
 */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { SubtaskId } from '../graph/ids.ts';
import type { NodeId } from '../graph/job.ts';
import type { KeyGroupRange } from '../state/key-groups.ts';
import type { Key, Namespace } from '../state/key.ts';
import type { StateKind } from '../state/snapshot.ts';
import type { TimeDomain } from '../time/timers.ts';
import type { Occupation } from './messages.ts';
import type { SubtaskGauges, TaskState } from './reports.ts';

/** Keys of one answer. */
export const inspectKeysMost = 100;
/** Things held and timers told of one key. */
export const inspectPerKeyMost = 50;
/** Entries of state, and timers, that are looked through for an answer that is about more than one key. */
export const inspectScanMost = 50_000;
/** Entries of operator state told of one operator. */
export const inspectOperatorMost = 100;
/** Characters of one value. */
export const inspectTextMost = 400;
/** Timers told of all keys, the next to fire first. */
export const inspectTimersMost = 50;

/** With nothing in it: about time alone. */
export interface InspectQuery {
  /** This key alone, as state has it: it is found however many there are. */
  readonly key?: Key;
  /** Keys of this group alone. */
  readonly keyGroup?: number;
  /** How many keys, in order, are passed over; default 0. */
  readonly offset?: number;
  /** Keys to tell, at most `inspectKeysMost`; 0, the default: none. */
  readonly limit?: number;
  /** Operator state, too, of every operator in the chain that has any. */
  readonly operators?: boolean;
}

export type InspectAnswer =
  | Inspected
  /** `state`: that of a task that does not run; `lost`: it died, or there is none. */
  | { readonly kind: 'gone'; readonly state: TaskState | 'lost' }
  /** The look itself failed, which is a bug; the task goes on. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface Inspected {
  readonly kind: 'inspected';
  readonly subtask: SubtaskId;
  readonly attempt: number;
  /** Job time of the task. */
  readonly at: ProcessingTimeMs;
  readonly occupation: Occupation;
  /** Those of this very moment. */
  readonly gauges: SubtaskGauges;
  /** Null: its head keeps no keyed state. */
  readonly keyed: InspectedKeyed | null;
  /** In the order of the chain; nothing unless it was asked for. */
  readonly operators: readonly InspectedOperator[];
}

/** What an operator keeps beside its keys (Flink: operator state): offsets, broadcast state, transactions. */
export interface InspectedOperator extends OperatorHeld {
  readonly node: NodeId;
}

export interface OperatorHeld {
  /** What it is and what becomes of it with another parallelism, as sentences. */
  readonly note: string;
  /** In order, at most `inspectOperatorMost`; `more` are left out. */
  readonly held: readonly Held[];
  readonly more: number;
}

export interface InspectedKeyed {
  readonly node: NodeId;
  readonly range: KeyGroupRange;
  readonly maxParallelism: number;
  readonly states: readonly { readonly name: string; readonly kind: StateKind }[];
  /** All entries and timers of the subtask. */
  readonly entries: number;
  readonly timers: number;
  /** False: there is more than `inspectScanMost`, and what follows is about so many. */
  readonly complete: boolean;
  /** Keys by key group, ascending, without empty groups; nothing if only one key was asked for. */
  readonly groups: readonly (readonly [group: number, keys: number])[];
  /** Keys that the query is about; `keys` are some of them, by key. */
  readonly matching: number;
  readonly keys: readonly InspectedKey[];
  /** Of all keys, those that fire first. Event time before processing time. */
  readonly nextTimers: readonly InspectedTimer[];
}

export interface InspectedKey {
  readonly key: Key;
  /** Java's hash code. */
  readonly hash: number;
  readonly group: number;
  /** At most `inspectPerKeyMost`; `heldMore` are left out. */
  readonly held: readonly Held[];
  readonly heldMore: number;
  /** In the order in which they fire. */
  readonly timers: readonly InspectedTimer[];
  readonly timersMore: number;
}

/** Something that an operator holds for a key, in the words of the operator. */
export interface Held {
  /** `Window`, `Left records`; of an operator that says nothing of it, the name of the state. */
  readonly what: string;
  /** Null: it is no window. */
  readonly window: WindowFacts | null;
  /** JSON, cut to `inspectTextMost`. */
  readonly value: string;
  /** What it is kept for, as a sentence. */
  readonly note: string | null;
  /** Event time: when the watermark gets there, the first of it goes, or is done with. Absent: no such time. */
  readonly until?: number;
}

/** What a window operator knows of one window of one key. */
export interface WindowFacts {
  /** ms; of the global window the ends of all time. */
  readonly start: number;
  readonly end: number;
  /** By which time it passes; none: it never does. */
  readonly time: TimeDomain | 'none';
  /** That time has passed its end. */
  readonly passed: boolean;
  /** What its trigger waits for, to follow “fires when”; null: it will not fire again. */
  readonly firesWhen: string | null;
  /** Its state goes when its time gets there; null: never. */
  readonly cleanupAt: number | null;
  /** Panes fired so far; null: they are not counted. */
  readonly panes: number | null;
  /** Something is in it. */
  readonly filled: boolean;
}

export interface InspectedTimer {
  readonly domain: TimeDomain;
  readonly time: number;
  readonly key: Key;
  readonly namespace: Namespace;
  /** What it will do, to follow “it”: `closes window [0, 10)`; null: the operator does not say. */
  readonly purpose: string | null;
}

/** The first of them, and how many more there are. */
export function operatorHeld<T>(note: string, all: readonly T[], tell: (one: T) => Held): OperatorHeld {
  const held = all.slice(0, inspectOperatorMost).map(tell);
  return { note, held, more: all.length - held.length };
}

/** JSON text of a value, cut. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= inspectTextMost ? text : `${text.slice(0, inspectTextMost - 1)}…`;
}

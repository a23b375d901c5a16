/**
 * The contract of a kind of fault. A fault acts at one seam: everything that a subtask or the coordinator sends and gets
 * passes its host, and the host asks the faults armed there for a verdict. So both hosts inject alike, and the engine
 * does not know of it. Faults of a task's own making (exception, slowness) act through `TaskFaults`.
 */
import type { Fault, FaultTarget, FaultTrigger } from '../graph/faults.ts';
import type { Params, ParamSchema } from '../graph/params.ts';
import type { Batch } from '../wire/batch.ts';
import type { SubtaskEffect, SubtaskMessage } from '../wire/messages.ts';

/** What happens to the message or effect in hand. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Held until the next one on the same channel has passed. */
  | { readonly kind: 'swap' }
  /** A request: not carried out, answered as failed. */
  | { readonly kind: 'fail'; readonly reason: string }
  /** The Worker dies, before the thing in hand is carried out (or delivered) or after it. */
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' }
  /** The Worker never comes back from this. */
  | { readonly kind: 'hang' };

export const pass: Verdict = { kind: 'pass' };

/** What a task asks of its faults while it works. */
export interface TaskFaults {
  /** Before a batch is processed by the head of the chain; throws a TaskFailure to fail the task at a record. */
  beforeRecords(batch: Batch, recordsBefore: number): void;
  /** Time per record is multiplied by this; ≥ 1. `perRecordMs` is added for operators that cost nothing. */
  slowness(): { readonly factor: number; readonly perRecordMs: number };
  /** The source must not be polled now. */
  stalled(): boolean;
}

/** A fault that is armed at one subtask. Stateful: counts records and occurrences of points. */
export interface ArmedFault {
  readonly fault: Fault;
  onEffect?(effect: SubtaskEffect): Verdict;
  onMessage?(message: SubtaskMessage): Verdict;
  readonly task?: Partial<TaskFaults>;
}

/** What a host can do beside verdicts; each kind of fault that is not a verdict is one of these. */
export type HostAction =
  | { readonly kind: 'crash-coordinator' }
  | { readonly kind: 'crash-subtasks'; readonly subtasks: readonly string[] }
  | { readonly kind: 'corrupt-latest-checkpoint' }
  | { readonly kind: 'reload-page' };

export interface FaultDefinition<P extends Params = Params> {
  /** Stable name in job files, e.g. `crash-worker`. */
  readonly kind: string;
  readonly title: string;
  /** One plain sentence: what it does. */
  readonly summary: string;
  /** Name of a lucide icon in kebab-case. */
  readonly icon: string;
  readonly targets: readonly FaultTarget['kind'][];
  readonly triggers: readonly FaultTrigger['kind'][];
  readonly params: ParamSchema<P>;
  /** A host action, when the trigger meets. */
  readonly action?: (fault: Fault) => HostAction;
  /** Acts at a subtask. `struck` is called once per strike, with one sentence of what was done. */
  readonly arm?: (fault: Fault, params: P, struck: (text: string) => void) => ArmedFault;
}

export type FaultTable = ReadonlyMap<string, FaultDefinition>;

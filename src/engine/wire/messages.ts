/**
 * The messages and effects of the two step functions, `subtask.step` and `coordinator.step`. A host's only work is to
 * bring messages in and carry effects out.
 */
import type { DurationMs, ProcessingTimeMs } from '../../base/units.ts';
import type { ChannelId, ExecutionGraph, SubtaskId, SubtaskPlan } from '../graph/plan.ts';
import type { CreditGrant, WireBuffer } from './buffer.ts';
import type { Failure } from './failures.ts';
import type { Report, TaskState } from './reports.ts';
import type { Answer, Request } from './requests.ts';

export type { SubtaskPlan } from '../graph/plan.ts';

/** The run's pace, changeable while it runs. */
export interface Pace {
  readonly paused: boolean;
  /** Records per second and source operator, shared evenly by its subtasks; null: unbounded. */
  readonly recordsPerSecond: number | null;
  /** Delay of every link, so that records in flight can be seen at teaching speed. 0 for full speed. */
  readonly linkLatencyMs: DurationMs;
}

export type SubtaskCommand =
  | { readonly kind: 'start' }
  | { readonly kind: 'pace'; readonly pace: Pace }
  /** Sources stop reading and end their stream; everything drains to the sinks. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'cancel' };

export type SubtaskMessage =
  | { readonly kind: 'command'; readonly command: SubtaskCommand }
  | { readonly kind: 'buffer'; readonly channel: ChannelId; readonly buffer: WireBuffer }
  | { readonly kind: 'credit'; readonly channel: ChannelId; readonly grant: CreditGrant }
  | { readonly kind: 'answer'; readonly request: number; readonly answer: Answer }
  /** Go on with what is left to do: after a `continue` effect, or when a wake-up time has come. */
  | { readonly kind: 'run' };

export type SubtaskEffect =
  | { readonly kind: 'send'; readonly channel: ChannelId; readonly buffer: WireBuffer }
  | { readonly kind: 'credit'; readonly channel: ChannelId; readonly grant: CreditGrant }
  | { readonly kind: 'request'; readonly request: number; readonly body: Request }
  /** There is more to do: bring a `run` message as soon as waiting messages have been taken in. */
  | { readonly kind: 'continue' }
  /** Bring a `run` message at this time; replaces the wake-up asked for before. */
  | { readonly kind: 'wake'; readonly at: ProcessingTimeMs }
  | { readonly kind: 'report'; readonly report: Report }
  /** Also a report, but the coordinator must not lose it. */
  | { readonly kind: 'state'; readonly state: TaskState; readonly failure?: Failure };

/** Between two steps a subtask is in one of these; hosts account the time to busy, idle or backpressured by it. */
export type Occupation = 'busy' | 'idle' | 'backpressured';

export type CoordinatorCommand =
  | { readonly kind: 'run'; readonly plan: ExecutionGraph; readonly pace: Pace }
  | { readonly kind: 'pace'; readonly pace: Pace }
  | { readonly kind: 'stop' }
  | { readonly kind: 'cancel' };

export type CoordinatorMessage =
  | { readonly kind: 'command'; readonly command: CoordinatorCommand }
  /** The Worker of this subtask is up and has its plan, its ports and nothing to do yet. */
  | { readonly kind: 'deployed'; readonly subtask: SubtaskId }
  | { readonly kind: 'task-state'; readonly subtask: SubtaskId; readonly state: TaskState; readonly failure?: Failure }
  /** A sign of life: its host answers the heartbeat from the event loop that runs the task. */
  | { readonly kind: 'heartbeat'; readonly subtask: SubtaskId }
  /** The host saw the Worker die. */
  | { readonly kind: 'lost'; readonly subtask: SubtaskId; readonly failure: Failure }
  | { readonly kind: 'tick' };

export type CoordinatorEffect =
  | { readonly kind: 'deploy'; readonly plans: readonly SubtaskPlan[] }
  | { readonly kind: 'command'; readonly subtask: SubtaskId; readonly command: SubtaskCommand }
  /** Ask for a sign of life. */
  | { readonly kind: 'ping'; readonly subtask: SubtaskId }
  /** End the Worker without asking it. */
  | { readonly kind: 'terminate'; readonly subtask: SubtaskId }
  /** Bring a `tick` at this time; replaces the one asked for before. */
  | { readonly kind: 'wake'; readonly at: ProcessingTimeMs }
  | { readonly kind: 'report'; readonly report: Report };

/** How a simulated cluster is set up, beside the job that it runs. */
import type { ProcessingTimeMs } from '../../base/units.ts';
import type { OperatorTable } from '../../engine/task/operator.ts';
import type { TimeLimits } from '../../engine/task/time-recorder.ts';
import type { Witness } from '../../engine/task/witness.ts';
import type { Report } from '../../engine/wire/reports.ts';
import type { ElementFeed } from './element-feed.ts';
import type { ClusterObserver } from './observer.ts';
import type { Stores } from './outside.ts';

export interface ClusterOptions {
  readonly seed: number;
  /** Where the clocks begin, in ms; default: 0. */
  readonly startAtMs?: number;
  /** Gets every report, in the order in which things happened. */
  readonly onReport: (report: Report) => void;
  /** One line per event, for comparing two runs. */
  readonly onEvent?: (line: string) => void;
  /** Default: stores of its own, empty. */
  readonly stores?: Stores;
  /** Looks on without changing anything. */
  readonly observer?: ClusterObserver;
  readonly times?: TimeLimits | 'none';
  /** Nothing takes time, and events come in the order in which they were caused: from this time on. Absent: by chance. */
  readonly instantFrom?: ProcessingTimeMs;
  /** Default: all operators. */
  readonly operators?: OperatorTable;
  readonly witness?: Witness;
  /** Gives scripted sources their elements. */
  readonly feed?: ElementFeed;
}

/** What an answer to “Why?” is: one sentence, and the steps of its causal chain, each with a place on the canvas. */
import type { EdgeId, NodeId } from '../../engine/graph/job.ts';
import type { ExecutionGraph, JobVertex, SubtaskId } from '../../engine/graph/plan.ts';
import type { Key } from '../../engine/state/key.ts';
import type { TimeDomain } from '../../engine/time/timers.ts';
import { timeText } from '../../engine/time/windows.ts';
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';

export interface Why {
  readonly sentence: string;
  /** From the thing asked about down to the cause. */
  readonly steps: readonly WhyStep[];
}

export interface WhyStep {
  readonly text: string;
  readonly node: NodeId;
  /** Null: it is about all of the operator. */
  readonly subtask: SubtaskId | null;
  /** What came over this edge. */
  readonly edge?: EdgeId;
}

/** What can be asked about. */
export type Question =
  /** Null: of the subtask that is furthest behind. */
  | { readonly kind: 'watermark'; readonly node: NodeId; readonly subtask: SubtaskId | null }
  | { readonly kind: 'window'; readonly node: NodeId; readonly key: Key; readonly start: number; readonly end: number }
  | {
      readonly kind: 'timer';
      readonly node: NodeId;
      readonly key: Key;
      readonly domain: TimeDomain;
      readonly time: number;
    }
  | { readonly kind: 'key'; readonly node: NodeId; readonly key: Key }
  | RecordQuestion;

/** A record that came in, and what the operator made of it. */
export interface RecordQuestion {
  readonly kind: 'record';
  readonly node: NodeId;
  readonly subtask: SubtaskId;
  readonly key: Key;
  /** Event time. */
  readonly time: number;
  /** Watermark of the operator when it came. */
  readonly watermark: number;
  readonly input: number;
  /** What the operator made of it; absent: it follows from the windows and the watermark. */
  readonly dropped?: boolean;
}

/** Vertex, place in its chain, and the operator itself. */
export interface Placed {
  readonly vertex: JobVertex;
  readonly place: number;
}

export function placeOf({ jobGraph }: ExecutionGraph, node: NodeId): Placed | null {
  for (const vertex of jobGraph.vertices) {
    const place = vertex.operators.findIndex((each) => each.node === node);
    if (place >= 0) return { vertex, place };
  }
  return null;
}

export const operatorName = (graph: ExecutionGraph, node: NodeId): string => {
  const found = placeOf(graph, node);
  return found?.vertex.operators[found.place]?.name ?? node;
};

/** The one key of windows over a stream without a key (`KeyReader` without columns). */
export const allRecords: Key = '[]';

/** A key as people write it: texts bare, several columns with commas. */
export function keyText(key: Key): string {
  if (typeof key !== 'string') return String(key);
  if (key === '') return '“”';
  if (key === allRecords) return 'all records';
  if (!key.startsWith('[')) return key;
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts)
      ? parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(', ')
      : key;
  } catch {
    return key;
  }
}

/** An event time in a sentence: the day only where it differs from that of `near`. */
export function eventText(time: number, near: number | null = null): string {
  if (time <= MIN_EVENT_TIME) return 'none yet';
  if (time >= MAX_EVENT_TIME) return 'the final one';
  return timeText(time, near);
}

/** A time of the job's clock. */
export const clockText = (time: number): string => timeText(Math.floor(time), time);

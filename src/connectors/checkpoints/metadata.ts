/** Metadata of checkpoints and rows of runs as they come back from disk or from a file: checked before anyone uses them. */
import * as z from 'zod/mini';
import { barrierModes } from '../../engine/wire/checkpoints.ts';
import type { CheckpointId, CheckpointMetadata, StateHandle } from '../../engine/wire/checkpoints.ts';
import type { StoredRun } from './store.ts';

const count = z.int().check(z.nonnegative());
const text = z.string();

const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('operator'), node: text }),
  z.object({ kind: z.literal('keyed'), group: count }),
  z.object({ kind: z.literal('timers'), group: count }),
  z.object({ kind: z.literal('input'), channel: text }),
  z.object({ kind: z.literal('output'), channel: text }),
]);

const handle = z.object({
  place,
  key: text,
  bytes: count,
  fingerprint: text.check(z.regex(/^[0-9a-f]{16}$/)),
  entries: count,
});

const metadataShape = z.object({
  version: z.literal(1),
  checkpoint: count.check(z.positive()),
  savepoint: z.boolean(),
  mode: z.enum(barrierModes),
  triggeredAt: z.number(),
  completedAt: z.number(),
  maxParallelism: count.check(z.positive()),
  vertices: z.array(z.object({ vertex: text, parallelism: count.check(z.positive()), nodes: z.array(text) })),
  subtasks: z.array(
    z.object({ subtask: text, vertex: text, index: count, finished: z.boolean(), handles: z.array(handle) }),
  ),
  stateBytes: count,
});

const runShape = z.object({
  run: text,
  document: text,
  job: text,
  startedAt: z.number(),
  endedAt: z.nullable(z.number()),
});

/** Where and why a value is not what it should be: `subtasks.0.handles.3.bytes: …`. */
export interface Misfit {
  readonly reason: string;
}

type Checked<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Misfit);

export function checkMetadata(value: unknown): Checked<CheckpointMetadata> {
  // Times are branded numbers, and brands exist for the compiler alone.
  return checked(metadataShape.safeParse(value)) as Checked<CheckpointMetadata>;
}

export function checkRun(value: unknown): Checked<StoredRun> {
  return checked(runShape.safeParse(value));
}

function checked<T>(result: z.core.util.SafeParseResult<T>): Checked<T> {
  if (result.success) return { ok: true, value: result.data };
  const [first] = result.error.issues;
  return { ok: false, reason: `${first?.path.join('.') ?? ''}: ${first?.message ?? 'unknown'}` };
}

export function handlesOf(metadata: CheckpointMetadata): StateHandle[] {
  return metadata.subtasks.flatMap((subtask) => subtask.handles);
}

export function keysOf(metadata: readonly CheckpointMetadata[]): Set<string> {
  return new Set(metadata.flatMap(handlesOf).map((each) => each.key));
}

/** Keys that `checkpoint` names and no other of the run does: what may go with it. */
export function ownKeys(all: readonly CheckpointMetadata[], checkpoint: CheckpointId): string[] {
  const others = keysOf(all.filter((each) => each.checkpoint !== checkpoint));
  const own = keysOf(all.filter((each) => each.checkpoint === checkpoint));
  return [...own].filter((key) => !others.has(key));
}

export const newestFirst = (a: CheckpointMetadata, b: CheckpointMetadata): number => b.checkpoint - a.checkpoint;
export const latestRunFirst = (a: StoredRun, b: StoredRun): number => b.startedAt - a.startedAt;

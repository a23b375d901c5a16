/**
 * Chunks: what a snapshot is made of, byte by byte, against copies of what the subtasks gave away to be written.
 *
 * - a snapshot names chunks that were written for it, and of others only such as a completed checkpoint names;
 * - as long as a checkpoint is retained, each of its chunks can be read as it was written;
 * - an attempt that is handed other bytes than were written, or none, never runs.
 */
import type { CheckpointId, StateHandle } from '../../../../engine/wire/checkpoints.ts';
import type { ReadStateRequest } from '../../../../engine/wire/requests.ts';
import type { AttemptOf } from '../../observer.ts';
import { attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Written {
  readonly checkpoint: CheckpointId;
  readonly data: Bytes;
}

export const chunks: Checker = {
  name: 'chunks',
  acrossRuns: true,
  watch({ stores, runId, finding }) {
    const written = new Map<string, Written>();
    /** Named by some completed checkpoint. */
    const completed = new Set<string>();
    /** By a fault: nobody can keep them. */
    const damaged = new Set<string>();
    const reading = new Map<string, ReadStateRequest>();
    const misled = new Map<string, string>();
    const isWhole = (key: string, data: Bytes | null): boolean => {
      const right = written.get(key)?.data;
      return right !== undefined && data !== null && areEqual(right, data);
    };
    const judgeNames = (from: AttemptOf, checkpoint: CheckpointId, { key }: StateHandle): void => {
      if (written.get(key)?.checkpoint === checkpoint || completed.has(key)) return;
      finding(`${attemptKey(from)} names chunk ${key} in its snapshot ${checkpoint}, which no completed one has`);
    };
    const judgeStore = (): void => {
      for (const { checkpoint, subtasks } of stores.checkpoints.completedNow(runId)) {
        for (const { handles } of subtasks) {
          for (const { key } of handles) {
            if (damaged.has(key) || isWhole(key, stores.checkpoints.chunkNow(runId, key))) continue;
            finding(`checkpoint ${checkpoint} is retained, and its chunk ${key} is not there as it was written`);
          }
        }
      }
    };
    return {
      onDeploy({ plan: { id }, attempt }) {
        // A run that goes on with what another has left counts on from the attempts that checkpoints name, and no others.
        misled.delete(attemptKey({ id, attempt }));
      },
      onMessage(to, message) {
        if (message.kind !== 'answer' || message.answer.kind !== 'state') return;
        const { data } = message.answer;
        const keys = reading.get(`${attemptKey(to)} ${message.request}`)?.keys ?? [];
        const wrong = keys.find((key, i) => !isWhole(key, data[i] ?? null));
        if (wrong !== undefined) misled.set(attemptKey(to), wrong);
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind === 'state' && effect.state === 'running') {
            const wrong = misled.get(attemptKey(from));
            if (wrong !== undefined)
              finding(`${attemptKey(from)} runs with chunk ${wrong}, which is not as it was written`);
          }
          if (effect.kind === 'acknowledge') {
            for (const handle of effect.snapshot.handles) judgeNames(from, effect.checkpoint, handle);
          }
          if (effect.kind !== 'request') continue;
          const { body, request } = effect;
          if (body.kind === 'read-state') reading.set(`${attemptKey(from)} ${request}`, body);
          if (body.kind !== 'write-state') continue;
          for (const { handle, data } of body.chunks) {
            written.set(handle.key, { checkpoint: body.checkpoint, data: data.slice() });
          }
        }
      },
      onCompleted({ subtasks }) {
        for (const { handles } of subtasks) for (const { key } of handles) completed.add(key);
        judgeStore();
      },
      onDropped: judgeStore,
      onDamaged(key) {
        damaged.add(key);
      },
    };
  },
};

const areEqual = (a: Bytes, b: Bytes): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

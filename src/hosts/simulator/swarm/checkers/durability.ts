/**
 * Durability: a subtask acknowledges only what is written, and a checkpoint completes only with the acknowledgements of
 * all that had not finished, naming exactly the chunks that they named.
 */
import type { SubtaskSnapshot } from '../../../../engine/wire/checkpoints.ts';
import type { Request } from '../../../../engine/wire/requests.ts';
import { attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

export const durability: Checker = {
  name: 'durability',
  acrossRuns: true,
  watch({ finding }) {
    const asked = new Map<string, Request>();
    const written = new Set<string>();
    const acknowledged = new Map<string, SubtaskSnapshot[]>();
    return {
      onMessage(to, message) {
        if (message.kind !== 'answer' || message.answer.kind !== 'done') return;
        const request = asked.get(`${attemptKey(to)} ${message.request}`);
        if (request?.kind === 'write-state') for (const { handle } of request.chunks) written.add(handle.key);
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind === 'request') asked.set(`${attemptKey(from)} ${effect.request}`, effect.body);
          if (effect.kind !== 'acknowledge') continue;
          const { checkpoint, snapshot } = effect;
          const missing = snapshot.handles.find(({ key }) => !written.has(key));
          if (missing !== undefined) {
            finding(
              `${attemptKey(from)} acknowledged checkpoint ${checkpoint} before chunk ${missing.key} was written`,
            );
          }
          const place = `${checkpoint} ${from.id}`;
          acknowledged.set(place, [...(acknowledged.get(place) ?? []), snapshot]);
        }
      },
      onCompleted({ checkpoint, subtasks }) {
        for (const { subtask, finished, handles } of subtasks) {
          if (finished) continue;
          const keys = handles.map(({ key }) => key).join();
          const given = acknowledged.get(`${checkpoint} ${subtask}`) ?? [];
          if (given.some((snapshot) => snapshot.handles.map(({ key }) => key).join() === keys)) continue;
          finding(`checkpoint ${checkpoint} completed without an acknowledgement of ${subtask} that names its chunks`);
        }
      },
    };
  },
};

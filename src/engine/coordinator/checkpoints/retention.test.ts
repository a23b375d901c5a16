/** Which checkpoints and chunks are kept, by what the store is asked to drop. */
import { describe, expect, test } from 'vitest';
import { allTasks, chunk } from '../testing/driven.ts';
import type { Driven } from '../testing/driven.ts';
import { byHand, chunks, dropped } from '../testing/checkpointing.ts';

describe('retention', () => {
  const complete = (job: Driven, id: number, handles = chunks(id)) => {
    job.checkpointByHand();
    job.acknowledgeAll(id, handles);
  };

  test('the newest are kept, and the chunks of the others go', () => {
    const job = byHand({ retainedCheckpoints: 2 });
    for (const id of [1, 2, 3]) complete(job, id);
    expect(job.checkpointLines.slice(-2)).toEqual(['completed 3', 'discarded 1']);
    expect(job.requests.at(-1)?.body).toMatchObject({ drop: [1], dropKeys: allTasks.map((id) => `1/${id}/1/0`) });
  });

  test('a chunk that a kept checkpoint builds on stays until none does', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true });
    const shared = (subtask: string) => [chunk(`1/${subtask}/1/0`)];
    complete(job, 1);
    complete(job, 2, (subtask) => [...shared(subtask), ...chunks(2)(subtask)]);
    complete(job, 3, shared);
    expect(dropped(job)).toEqual([]);
    complete(job, 4, shared);
    expect(dropped(job)).toEqual(allTasks.map((id) => `2/${id}/1/0`));
    complete(job, 5);
    complete(job, 6);
    expect(dropped(job).slice(3)).toEqual(allTasks.map((id) => `1/${id}/1/0`));
  });

  test('a chunk stays as long as any kept checkpoint names it, not only the newest', () => {
    const job = byHand({ retainedCheckpoints: 3, incrementalCheckpoints: true });
    complete(job, 1);
    complete(job, 2, (subtask) => [chunk(`1/${subtask}/1/0`)]);
    for (const id of [3, 4, 5]) complete(job, id);
    // 2 was kept up to here.
    expect(job.checkpointLines.slice(-2)).toEqual(['completed 5', 'discarded 2']);
    expect(dropped(job)).toEqual([]);
    complete(job, 6);
    expect(dropped(job)).toEqual(allTasks.map((id) => `1/${id}/1/0`));
  });

  test('a chunk that a pending checkpoint names stays', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true, maxConcurrentCheckpoints: 3 });
    complete(job, 1);
    for (let i = 2; i <= 4; i++) job.checkpointByHand();
    job.acknowledge('v1/0', 4, [chunk('1/v1/0/1/0')]);
    job.acknowledgeAll(2, chunks(2));
    job.acknowledgeAll(3, chunks(3));
    expect(dropped(job)).toEqual(['1/v1/1/1/0', '1/v2/0/1/0']);
  });

  test('a task that had not heard of the newest may still build on the one before', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true });
    complete(job, 1);
    complete(job, 2);
    // 1 is no longer kept, but this snapshot was taken before the notice of 2 came.
    complete(job, 3, (subtask) => [chunk(`1/${subtask}/1/0`)]);
    expect(job.checkpointLines.at(-2)).toBe('completed 3');
    complete(job, 4, chunks(4));
    complete(job, 5, chunks(5));
    expect(dropped(job)).toEqual(
      [...allTasks.map((id) => `2/${id}/1/0`), ...allTasks.map((id) => `1/${id}/1/0`)].slice(0, 6),
    );
  });

  test('a checkpoint that builds on a chunk that is gone is not completed', () => {
    const job = byHand({ retainedCheckpoints: 1, incrementalCheckpoints: true });
    for (const id of [1, 2, 3]) complete(job, id);
    complete(job, 4, () => [chunk('1/v1/0/1/0')]);
    expect(job.checkpointLines.at(-1)).toBe('failed 4 finalize-failed');
  });
});

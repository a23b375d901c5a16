/** A subtask that comes back: from its chunks, from damaged ones, with another parallelism, when it had finished. */
import { describe, expect, it } from 'vitest';
import { keyGroupOf, subtaskOfGroup } from '../state/key-groups.ts';
import type { Restore, StateChunk } from '../wire/checkpoints.ts';
import type { Deployment } from '../wire/messages.ts';
import { DrivenSubtask, options } from './testing/driven-subtask.ts';
import type { Shape } from './testing/driven-subtask.ts';

function taken(values: readonly number[], shape: Shape = {}): DrivenSubtask {
  const task = new DrivenSubtask({ senders: 1, ...shape });
  task.data(0, values, options(1));
  task.settle();
  return task;
}

function restored(from: DrivenSubtask, deployment: Partial<Deployment>, shape: Shape = { senders: 1 }): DrivenSubtask {
  const task = new DrivenSubtask(shape, deployment);
  for (const [key, chunk] of from.store) task.store.set(key, chunk);
  task.answer();
  return task;
}

const failureOf = (task: DrivenSubtask) => task.of('state').at(-1)?.failure;

describe('a restored subtask', () => {
  it('has operator state, keyed state and timers, so that its next snapshot is the same', () => {
    const first = taken([1, 2, 2]);
    const second = restored(first, first.deploymentFrom(1));
    second.barrier(0, options(2));
    second.settle();
    const fingerprints = (task: DrivenSubtask, checkpoint: number): string[] =>
      task.snapshot(checkpoint).handles.map(({ fingerprint }) => fingerprint);
    expect(fingerprints(second, 2)).toEqual(fingerprints(first, 1));
    expect(second.stateOf(2)).toEqual({ sum: 5, counts: { 1: 1, 2: 2 }, timers: 2, input: [], output: [] });
  });

  it('names the chunks that it was restored from in an incremental checkpoint, unless they are borrowed', () => {
    const shape = { senders: 1, settings: { incrementalCheckpoints: true } };
    const first = taken([1], shape);
    const deployment = first.deploymentFrom(1);
    const keys = (given: Partial<Deployment>): string[] => {
      const task = restored(first, given, shape);
      task.barrier(0, options(2));
      task.settle();
      return task.snapshot(2).handles.map(({ key }) => key.split('/')[0] ?? '');
    };
    expect(keys(deployment)).toEqual(['1', '1', '1']);
    expect(keys({ ...deployment, restore: { ...(deployment.restore as Restore), borrowed: true } })).toEqual([
      '2',
      '2',
      '2',
    ]);
  });

  it('takes in nothing before its state is there', () => {
    const first = taken([1]);
    const second = new DrivenSubtask({ senders: 1 }, first.deploymentFrom(1));
    second.data(0, [5]);
    expect(second.of('credit')).toEqual([]);
    for (const [key, chunk] of first.store) second.store.set(key, chunk);
    second.answer();
    second.barrier(0, options(2));
    second.settle();
    expect(second.stateOf(2).sum).toBe(6);
  });

  it.each([
    ['is gone', null, 'is not there'],
    ['is cut short', (data: Uint8Array<ArrayBuffer>) => data.slice(1), 'is damaged'],
    ['is changed', (data: Uint8Array<ArrayBuffer>) => data.map((byte, i) => (i === 2 ? byte ^ 1 : byte)), 'is damaged'],
  ])('fails when a chunk %s', (_, change, reason) => {
    const first = taken([1]);
    const [[key, chunk] = ['', null]] = first.store;
    if (change === null || chunk === null) first.store.delete(key);
    else first.store.set(key, { ...chunk, data: change(chunk.data) } satisfies StateChunk);
    const second = restored(first, first.deploymentFrom(1));
    expect(failureOf(second)).toMatchObject({ code: 'state-missing', details: { checkpoint: 1, subtask: 'v/0' } });
    expect(failureOf(second)?.details['reason']).toContain(reason);
  });

  it('that had finished passes its end on, without an operator', () => {
    const restore = { checkpoint: 1, finished: true, handles: [], parallelism: 1 };
    const task = new DrivenSubtask({ kind: 'committing' }, { attempt: 2, recovery: 1, restore });
    expect(task.of('state').map(({ state }) => state)).toEqual(['running']);
    task.end(0);
    task.end(1);
    expect(task.sentThings).toEqual(['watermark', 'end']);
    expect(task.of('state').at(-1)?.state).toBe('finished');
  });
});

describe('with another parallelism', () => {
  const parallelism = 2;
  const ownerOf = (key: number): number => subtaskOfGroup(keyGroupOf(key, 128), 128, parallelism);
  const values = [1, 2, 3, 4, 5, 6, 7, 8];

  /** All of them, as the coordinator would deal them out. */
  function split(from: DrivenSubtask, partitioner: Shape['partitioner'] = 'hash'): DrivenSubtask[] {
    const handles = from.snapshot(1).handles.map((handle) => ({ ...handle, from: 0, of: 1 }));
    return [0, 1].map((index) => {
      const mine = handles.filter(
        ({ place }) =>
          (place.kind !== 'keyed' && place.kind !== 'timers') ||
          subtaskOfGroup(place.group, 128, parallelism) === index,
      );
      const restore = { checkpoint: 1, finished: false, handles: mine, parallelism: 1 };
      return restored(from, { attempt: 2, restore }, { senders: 1, index, parallelism, partitioner });
    });
  }

  it('keyed state and timers move by key group, operator state by the operator’s rule', () => {
    const tasks = split(taken(values));
    for (const task of tasks) {
      task.barrier(0, options(2));
      task.settle();
    }
    const states = tasks.map((task) => task.stateOf(2));
    expect(states.map(({ sum }) => sum)).toEqual([36, 0]);
    states.forEach(({ counts, timers }, index) => {
      const mine = values.filter((value) => ownerOf(value) === index);
      expect(Object.keys(counts).map(Number)).toEqual(mine);
      expect(timers).toBe(mine.length);
    });
  });

  /** The input of `values` overtaken, with nothing processed. */
  function inFlight(partitioner: NonNullable<Shape['partitioner']>): DrivenSubtask {
    const task = new DrivenSubtask({ senders: 1, partitioner });
    for (let i = 0; i < 4; i++) task.data(0, [0, 0, 0, 0]);
    task.data(0, values);
    task.overtaking(0, options(1, { mode: 'unaligned' }));
    task.settle();
    expect(task.stateOf(1).input).toEqual(values);
    return task;
  }

  function processed(task: DrivenSubtask): (number | string)[] {
    for (let i = 0; i < 8; i++) {
      task.now += 200;
      task.credit(task.task.gauges().outputs[0]?.credits === 0 ? 1 : 0);
      task.run();
    }
    return task.sentThings.filter((value) => value !== 0);
  }

  it('records in flight on a keyed edge go to the owners of their keys', () => {
    split(inFlight('hash')).forEach((task, index) => {
      expect(processed(task)).toEqual(values.filter((value) => ownerOf(value) === index));
    });
  });

  it('records in flight on other edges go to one of the new subtasks', () => {
    expect(split(inFlight('rebalance'), 'rebalance').map(processed)).toEqual([values, []]);
  });

  it.each([1, parallelism])(
    'an operator that cannot be redistributed refuses; the head of its chain had %d',
    (head) => {
      const from = taken([1], { kind: 'committing' });
      const handles = from.snapshot(1).handles.map((handle) => ({ ...handle, from: 0, of: 1 }));
      const restore = { checkpoint: 1, finished: false, handles, parallelism: head };
      const task = restored(from, { attempt: 2, restore }, { kind: 'committing', senders: 1, index: 1, parallelism });
      expect(failureOf(task)).toMatchObject({ code: 'restore-mismatch', node: 'v' });
    },
  );
});

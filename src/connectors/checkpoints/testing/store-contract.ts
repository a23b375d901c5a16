/** What every checkpoint store promises (store.ts), as one suite that each of them passes. */
import { describe, expect, it } from 'vitest';
import type { StateChunk } from '../../../engine/wire/checkpoints.ts';
import type { CheckpointStore, StoredRun } from '../store.ts';
import { chunk, jsonChunk, metadata, noise } from './made-up.ts';

const run = (name: string, startedAt = 1): StoredRun => ({
  run: name,
  document: 'd1',
  job: '{}',
  startedAt,
  endedAt: null,
});

export function describeStore(name: string, open: () => CheckpointStore): void {
  describe(name, () => {
    const data = async (store: CheckpointStore, chunks: readonly StateChunk[], of = 'r') =>
      store.read(
        of,
        chunks.map((each) => each.handle.key),
      );

    it('gives chunks back in the order of the keys, and null for what is not there', async () => {
      const store = open();
      const a = chunk('1/v1/0/1/0', noise(70_000));
      const b = chunk('1/v1/0/1/1', new Uint8Array(0));
      await store.write('r', [a, b]);
      expect(await store.read('r', [b.handle.key, 'none', a.handle.key])).toEqual([b.data, null, a.data]);
      expect(await store.read('r', [])).toEqual([]);
    });

    it('keeps the chunks of one run from another', async () => {
      const store = open();
      const a = jsonChunk('k', 'a');
      await store.write('r', [a]);
      expect(await data(store, [a], 'other')).toEqual([null]);
      // The names of runs may begin alike.
      await store.write('r2', [jsonChunk('k', 'b')]);
      await store.removeRun('r');
      expect(await data(store, [a], 'r2')).toEqual([jsonChunk('k', 'b').data]);
    });

    it('overwrites a key that is there', async () => {
      const store = open();
      await store.write('r', [jsonChunk('k', 'before')]);
      await store.write('r', [jsonChunk('k', 'after')]);
      expect(await store.read('r', ['k'])).toEqual([jsonChunk('k', 'after').data]);
    });

    it('keeps what was written, not the memory that it was written from or read into', async () => {
      const store = open();
      const bytes = noise(100);
      const view = chunk('k', bytes.subarray(10, 20));
      await store.write('r', [view]);
      bytes.fill(0);
      const [read] = await store.read('r', ['k']);
      expect(read).toEqual(noise(100).subarray(10, 20));
      expect(read?.buffer.byteLength).toBe(10);
      read?.fill(7);
      expect(await store.read('r', ['k'])).toEqual([noise(100).subarray(10, 20)]);
    });

    it('serves many writers at once', async () => {
      const store = open();
      const all = Array.from({ length: 40 }, (_, i) => chunk(`1/v1/${i}/1/0`, noise(1000, i)));
      await Promise.all(all.map((each) => store.write('r', [each])));
      expect(await data(store, all)).toEqual(all.map((each) => each.data));
    });

    it('lists completed checkpoints newest first, as they were', async () => {
      const store = open();
      const first = metadata(9, [jsonChunk('9', 1)]);
      const second = metadata(10, [jsonChunk('10', 2)], true);
      await store.complete('r', first, [], []);
      await store.complete('r', second, [], []);
      expect(await store.list('r')).toEqual([second, first]);
      expect(await store.damaged('r')).toEqual([]);
      expect(await store.list('other')).toEqual([]);
    });

    it('completes a checkpoint and lets the old one go in one step', async () => {
      const store = open();
      const [a, b, c] = [jsonChunk('1/a', 1), jsonChunk('1/b', 2), jsonChunk('2/a', 3)] as const;
      await store.write('r', [a, b]);
      await store.complete('r', metadata(1, [a, b]), [], []);
      await store.write('r', [c]);
      await store.complete('r', metadata(2, [c, b]), [1], [a.handle.key]);
      expect((await store.list('r')).map((each) => each.checkpoint)).toEqual([2]);
      expect(await data(store, [a, b, c])).toEqual([null, b.data, c.data]);
    });

    it('completes the same checkpoint twice as once', async () => {
      const store = open();
      await store.complete('r', metadata(1, []), [], []);
      await store.complete('r', metadata(1, []), [1], []);
      expect(await store.list('r')).toEqual([metadata(1, [])]);
    });

    it('drops the chunks of an aborted checkpoint, and does not mind if they are gone', async () => {
      const store = open();
      const a = jsonChunk('3/a', 1);
      await store.write('r', [a]);
      await store.drop('r', ['3/a', 'none']);
      await store.drop('r', ['3/a']);
      expect(await data(store, [a])).toEqual([null]);
    });

    it('removes a checkpoint with what it alone names', async () => {
      const store = open();
      const [own, shared, later] = [jsonChunk('1/a', 1), jsonChunk('1/b', 2), jsonChunk('2/a', 3)] as const;
      await store.write('r', [own, shared, later]);
      await store.complete('r', metadata(1, [own, shared]), [], []);
      await store.complete('r', metadata(2, [shared, later]), [], []);
      await store.remove('r', 1);
      expect((await store.list('r')).map((each) => each.checkpoint)).toEqual([2]);
      expect(await data(store, [own, shared, later])).toEqual([null, shared.data, later.data]);
      await store.remove('r', 2);
      await store.remove('r', 2);
      expect(await data(store, [own, shared, later])).toEqual([null, null, null]);
      expect(await store.list('r')).toEqual([]);
    });

    it('sweeps up what no completed checkpoint names', async () => {
      const store = open();
      const [kept, orphan] = [jsonChunk('1/a', 1), jsonChunk('2/a', 2)] as const;
      await store.write('r', [kept, orphan]);
      await store.write('other', [orphan]);
      await store.complete('r', metadata(1, [kept]), [], []);
      expect(await store.sweep('r')).toBe(1);
      expect(await store.sweep('r')).toBe(0);
      expect(await data(store, [kept, orphan])).toEqual([kept.data, null]);
      expect(await data(store, [orphan], 'other')).toEqual([orphan.data]);
    });

    it('leaves metadata out that is not what it should be, and says why', async () => {
      const store = open();
      const good = metadata(1, []);
      const bad = metadata(2, [jsonChunk('2/a', 1)]);
      const bitten = {
        ...bad,
        subtasks: bad.subtasks.map((each) => ({
          ...each,
          handles: each.handles.map((handle) => ({ ...handle, fingerprint: 'no' })),
        })),
      };
      await store.complete('r', good, [], []);
      await store.complete('r', bitten, [], []);
      await store.complete('r', { ...metadata(3, []), version: 2 as 1 }, [], []);
      expect(await store.list('r')).toEqual([good]);
      const damaged = await store.damaged('r');
      expect(damaged.map((each) => each.checkpoint)).toEqual([2, 3]);
      expect(damaged[0]?.reason).toMatch(/^subtasks\.0\.handles\.0\.fingerprint: /);
      await store.remove('r', 3);
      expect((await store.damaged('r')).map((each) => each.checkpoint)).toEqual([2]);
    });

    it('lists runs newest first, and removes one with all that it left behind', async () => {
      const store = open();
      const a = jsonChunk('1/a', 1);
      await store.putRun(run('old', 1));
      await store.putRun(run('new', 5));
      await store.putRun({ ...run('old', 1), endedAt: 9 });
      await store.write('old', [a]);
      await store.complete('old', metadata(1, [a]), [], []);
      expect(await store.runs()).toEqual([run('new', 5), { ...run('old', 1), endedAt: 9 }]);
      await store.removeRun('old');
      expect(await store.runs()).toEqual([run('new', 5)]);
      expect(await store.list('old')).toEqual([]);
      expect(await data(store, [a], 'old')).toEqual([null]);
    });
  });
}

/** Acceptance: looks into subtasks that run, stand still, are blocked, or are gone. */
import { hashString } from '../base/java-hash.ts';
import type { Row } from '../engine/graph/schema.ts';
import { keyGroupOf, rangeOfSubtask } from '../engine/state/key-groups.ts';
import type { Inspected, InspectedKeyed, InspectQuery } from '../engine/wire/inspect.ts';
import { columns, job, node, request, rowsFile } from './acceptance-jobs.ts';
import { at, paused, sleep, totalAt, until, within } from './acceptance-runs.ts';
import type { Suite } from './acceptance-runs.ts';
import type { Run } from './host.ts';

const rows: Row[] = Array.from({ length: 3000 }, (_, n) => ({ key: `k${n % 23}`, n }));

/** Counts per key, in two subtasks. */
const counting = (costMs = 0) =>
  job(
    [
      node('source', 'file', { resource: 'file:rows', columns: columns('key string, n int') }, { parallelism: 1 }),
      node('by key', 'keyBy', { columns: ['key'] }),
      node(
        'count',
        'aggregate',
        { aggregates: [{ function: 'count', column: '', as: 'n' }] },
        { parallelism: 2, costMs },
      ),
      node('out', 'table', {}, { parallelism: 1 }),
    ],
    ['source -> by key', 'by key -> count', 'count -> out'],
    { bufferRecords: 8, buffersPerChannel: 2, bufferTimeoutMs: 5, maxParallelism: 128, parallelism: 1 },
  );

const resources = () => [rowsFile('file:rows', rows)];

/** The subtasks of the vertex that a node is in. */
const subtasksOf = (run: Run, of: string): readonly string[] => run.view().nodes.get(of)?.subtasks ?? [];

async function look(run: Run, subtask: string, query: InspectQuery): Promise<Inspected> {
  const answer = await within(run.inspect(subtask, query), `an answer of ${subtask}`, () => run.view());
  if (answer.kind !== 'inspected') throw new Error(`No look into ${subtask}: ${JSON.stringify(answer)}`);
  return answer;
}

const keyedOf = ({ keyed, subtask }: Inspected): InspectedKeyed => {
  if (keyed === null) throw new Error(`${subtask} has no keyed state.`);
  return keyed;
};

/** Records counted, by what the answer says of each key. */
const counted = (keyed: InspectedKeyed): number =>
  keyed.keys.reduce((sum, { held }) => sum + Number(/\d+/.exec(held[0]?.value ?? '')?.[0]), 0);

export function inspectCases(to: Suite): void {
  const { it, expect } = to;

  it('tells keys, groups and values of a job that stands still, all of one moment', async () => {
    await to.withRun(request(counting(), { resources: resources(), pace: at(500) }), async (run) => {
      await until(run, (view) => totalAt(view, 'out') >= 100, 'a hundred records');
      run.setPace(paused);
      await until(run, (view) => view.job.paused, 'the pause');
      await sleep(100);
      const subtasks = subtasksOf(run, 'count');
      expect(subtasks.length).toBe(2);
      const seen: unknown[] = [];
      for (const [index, subtask] of subtasks.entries()) {
        const answer = await look(run, subtask, { limit: 100 });
        const keyed = keyedOf(answer);
        expect(answer).toMatchObject({ subtask, occupation: 'idle' });
        expect(keyed.range).toEqual(rangeOfSubtask(index, 128, 2));
        expect(keyed).toMatchObject({ complete: true, matching: keyed.keys.length, entries: keyed.keys.length });
        expect(counted(keyed)).toBe(answer.gauges.operators[0]?.recordsIn);
        for (const { key, hash, group } of keyed.keys) {
          expect(hash).toBe(hashString(key as string));
          expect(group).toBe(keyGroupOf(hash, 128));
          expect(group >= keyed.range.start && group <= keyed.range.end).toBe(true);
          seen.push(key);
        }
        const total = keyed.groups.reduce((sum, [, keys]) => sum + keys, 0);
        expect(total).toBe(keyed.keys.length);
      }
      expect(new Set(seen)).toEqual(new Set(rows.map((row) => row['key'])));
      expect(seen.length).toBe(new Set(seen).size);
      expect(run.view().job.state).toBe('running');
    });
  });

  it('finds one key, the keys of one group, and a page of keys', async () => {
    await to.withRun(request(counting(), { resources: resources(), pace: at(500) }), async (run) => {
      await until(run, (view) => totalAt(view, 'out') >= 100, 'a hundred records');
      run.setPace(paused);
      await until(run, (view) => view.job.paused, 'the pause');
      await sleep(100);
      const subtask = subtasksOf(run, 'count')[0] ?? '';
      const all = keyedOf(await look(run, subtask, { limit: 100 }));
      const [first, second, third] = all.keys;
      const page = keyedOf(await look(run, subtask, { limit: 2, offset: 1 }));
      expect(page.keys).toEqual([second, third]);
      expect(page.matching).toBe(all.keys.length);
      const one = keyedOf(await look(run, subtask, { limit: 1, key: first?.key ?? null }));
      expect(one).toMatchObject({ matching: 1, keys: [first] });
      const none = keyedOf(await look(run, subtask, { limit: 1, key: 'no such key' }));
      expect(none).toMatchObject({ matching: 0, keys: [] });
      const group = keyedOf(await look(run, subtask, { limit: 100, keyGroup: first?.group ?? -1 }));
      expect(group.keys).toEqual(all.keys.filter((each) => each.group === first?.group));
      expect(keyedOf(await look(run, subtask, {})).keys).toEqual([]);
    });
  });

  it('answers for a task that is backpressured', async () => {
    await to.withRun(request(counting(20), { resources: resources() }), async (run) => {
      await until(run, (view) => view.job.state === 'running', 'the start');
      const [source = ''] = subtasksOf(run, 'source');
      const asked = async (): Promise<Inspected> => {
        const answer = await look(run, source, {});
        if (answer.occupation === 'backpressured') return answer;
        await sleep(5);
        return await asked();
      };
      const answer = await within(asked(), 'backpressure at the source', () => run.view());
      expect(answer.keyed).toBe(null);
      expect(answer.gauges.outputs.some(({ credits }) => credits === 0)).toBe(true);
      expect(answer.gauges.source).toMatchObject({ strategy: 'none', lastEventTime: null });
    });
  });

  it('says that a task is gone when there is none, when it has ended, and when it dies', async () => {
    await to.withRun(request(counting(), { resources: resources(), pace: at(500) }), async (run) => {
      expect(await run.inspect('no such/0', {})).toEqual({ kind: 'gone', state: 'lost' });
      await until(run, (view) => totalAt(view, 'out') >= 10, 'ten records');
      const [subtask = ''] = subtasksOf(run, 'count');
      expect(await look(run, subtask, {})).toMatchObject({ subtask });
      const asked = run.inspect(subtask, {});
      run.cancel();
      await within(run.ended, 'the end', () => run.view());
      expect(['inspected', 'gone']).toContain((await asked).kind);
      expect((await run.inspect(subtask, {})).kind).toBe('gone');
    });
  });

  it('does not leave whoever asks waiting when the run is disposed of', async () => {
    const asked = await to.withRun(request(counting(), { resources: resources(), pace: at(500) }), async (run) => {
      await until(run, (now) => totalAt(now, 'out') >= 10, 'ten records');
      return { answer: run.inspect(subtasksOf(run, 'count')[0] ?? '', {}) };
    });
    expect(['inspected', 'gone']).toContain((await asked.answer).kind);
  });
}

/** Which operators keep what state, and what looks tell of the state that is beside keys: expectations by hand. */
import { describe, expect, it } from 'vitest';
import type { JobSettings } from '../../../engine/graph/job.ts';
import type { InspectedOperator } from '../../../engine/wire/inspect.ts';
import { node } from '../../../hosts/acceptance-jobs.ts';
import { frozenAt, script, windowed } from '../../why/testing/frozen.ts';
import type { Frozen } from '../../why/testing/frozen.ts';
import { hasKey, holdersOf } from './holders.ts';

const kept = (run: Frozen) =>
  holdersOf(run.view().graph).map((holder) => {
    return { name: holder.name, keyed: hasKey(holder), state: holder.reader !== null, beside: holder.operatorState };
  });

/** What each subtask of the vertex of this node tells of it. */
async function beside(run: Frozen, of: string): Promise<readonly (InspectedOperator | undefined)[]> {
  const looks = (run.view().nodes.get(of)?.subtasks ?? []).map((subtask) => run.inspect(subtask, { operators: true }));
  return (await Promise.all(looks)).map((answer) =>
    answer.kind === 'inspected' ? answer.operators.find((each) => each.node === of) : undefined,
  );
}

const texts = (told: InspectedOperator | undefined) => told?.held.map(({ what, value, note }) => [what, value, note]);

describe('who keeps state', () => {
  it('is the head that gets a key, and every source', async () => {
    const run = await windowed('tumblingWindow', { sizeMs: 10 }, 'a=1@1 +1h |');
    expect(kept(run)).toEqual([
      { name: 'Sums', keyed: true, state: true, beside: false },
      { name: 'Flights', keyed: false, state: false, beside: true },
    ]);
  });

  it('is a window without a key, in which no key can be looked for', async () => {
    const nodes = [
      script('Flights', 'a=1@1 +1h |'),
      node('All', 'tumblingWindow', { sizeMs: 10 }),
      node('out', 'table'),
    ];
    const run = await frozenAt(nodes, ['Flights -> All', 'All -> out'], 500);
    expect(kept(run)[0]).toEqual({ name: 'All', keyed: false, state: true, beside: false });
  });
});

/** A source chained to a sink that commits with checkpoints, of which none is due. */
const selling = async (timeline: string, settings: Partial<JobSettings> = {}): Promise<Frozen> =>
  await frozenAt([script('Sales', timeline), node('Book', 'transactionalTable')], ['Sales -> Book'], 1000, {
    checkpointMode: 'aligned',
    checkpointIntervalMs: 3_600_000,
    ...settings,
  });

describe('operator state', () => {
  it('of a source is where each split goes on', async () => {
    const run = await selling('a=1@1 a=2@2 w2 +1h a=3@3 |');
    const [told] = await beside(run, 'Sales');
    // Two records and the watermark are played; the pause is not over.
    expect(texts(told)).toEqual([['Split 0', '{"position":3,"idle":false}', null]]);
    expect(told?.note).toContain('2 records have gone out.');
  });

  it('of an operator in the middle of a chain is told beside that of its head', async () => {
    const run = await selling('a=1@1 a=2@2 +1h |');
    const [subtask = ''] = run.view().nodes.get('Sales')?.subtasks ?? [];
    const look = await run.inspect(subtask, { operators: true });
    expect(look.kind === 'inspected' ? look.operators.map((each) => each.node) : null).toEqual(['Sales', 'Book']);
    expect(kept(run).map(({ name }) => name)).toEqual(['Sales', 'Book']);
  });

  it('of a sink is its open transaction, until a checkpoint prepares and commits it', async () => {
    const [open] = await beside(await selling('a=1@1 a=2@2 +1h |'), 'Book');
    expect(texts(open)).toEqual([['Transaction Book/0/1-1', '{"records":2}', 'Open: the next barrier closes it.']]);
    const often = { checkpointIntervalMs: 100 };
    const [committed] = await beside(await selling('a=1@1 a=2@2 +1h |', often), 'Book');
    expect(committed?.held).toEqual([]);
  });

  it('is not told unless it was asked for', async () => {
    const run = await selling('a=1@1 +1h |');
    const look = await run.inspect(run.view().nodes.get('Book')?.subtasks[0] ?? '', { limit: 9 });
    expect(look.kind === 'inspected' ? look.operators : null).toEqual([]);
  });
});

describe('broadcast state', () => {
  const ruled = async (rules: string): Promise<Frozen> =>
    await frozenAt(
      [
        script('Flights', 'a=1@1 +1h |'),
        script('Rules', rules),
        node('by key', 'keyBy', { columns: ['key'] }),
        node(
          'Apply',
          'broadcastProcess',
          { processBroadcastElement: '(row, ctx) => ctx.broadcast.rules.put(row.key, row.n)' },
          { parallelism: 2 },
        ),
        node('out', 'table'),
      ],
      ['Flights -> by key', 'by key -> Apply.in', 'Rules -> Apply.rules', 'Apply.out -> out'],
      1000,
    );

  it('is the same in each subtask, in the order of its keys', async () => {
    const run = await ruled('b=2@1 a=1@2 b=3@3 +1h |');
    const entries = [
      ['rules["a"]', '1', null],
      ['rules["b"]', '3', null],
    ];
    expect((await beside(run, 'Apply')).map(texts)).toEqual([entries, entries]);
    expect(kept(run)[0]).toEqual({ name: 'Apply', keyed: true, state: true, beside: true });
  });

  it('is told up to a bound, and the rest is counted', async () => {
    const many = Array.from({ length: 130 }, (_, i) => `k${i}=${i}@1`).join(' ');
    const [told] = await beside(await ruled(`${many} +1h |`), 'Apply');
    expect([told?.held.length, told?.more]).toEqual([100, 30]);
  });
});

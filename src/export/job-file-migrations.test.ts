/** Files of older versions: what they become, and that they run as before. */
import { expect, it } from 'vitest';
import { analyse } from '../engine/graph/analyse.ts';
import { kindTable } from '../engine/operators/list.ts';
import { readJobFile, readJobValue, writeJobFile } from './job-file.ts';

const why = [{ name: 'why', type: 'string' }];
const old = (kind: string, params: object | undefined) => ({
  version: 1,
  nodes: [{ id: 'op', kind, ...(params === undefined ? {} : { params }) }],
  edges: [],
});
const read = (value: unknown) => {
  const job = readJobValue(value);
  if (!job.ok) throw new Error(job.error.map(({ message }) => message).join(' '));
  return job.value;
};

it.each(['process', 'coProcess', 'broadcastProcess'])(
  'the one side output of %s keeps its name, columns and place',
  (kind) => {
    const { job, notes } = read(old(kind, { states: [], sideColumns: why, columns: [] }));
    expect(Object.entries(job.nodes[0]?.params ?? {})).toEqual([
      ['states', []],
      ['sideOutputs', [{ tag: 'side', columns: why }]],
      ['columns', []],
    ]);
    expect(notes).toEqual(['The file was brought from version 1 to 2.']);
  },
);

it('a job of version 1 has no problem, and the same streams', () => {
  const node = (id: string, kind: string, params = {}) => ({ id, kind, params });
  const edge = (from: string, to: string, port = 'out') => ({ from: { node: from, port }, to: { node: to } });
  const { job } = read({
    version: 1,
    nodes: [
      node('in', 'scripted'),
      node('by', 'keyBy', { columns: ['key'] }),
      node('op', 'process', { processElement: '(row, ctx) => ctx.output({ why: row.key })', sideColumns: why }),
      node('a', 'table'),
      node('b', 'table'),
    ],
    edges: [edge('in', 'by'), edge('by', 'op'), edge('op', 'a'), edge('op', 'b', 'side')],
  });
  const { problems, types } = analyse(job, kindTable);
  expect(problems).toEqual([]);
  expect(types.get('b')?.inputs[0]?.schema).toEqual(why);
});

it('what needs no change is not said to be changed', () => {
  for (const params of [undefined, {}, { columns: [] }]) expect(read(old('process', params)).notes).toEqual([]);
  const other = read(old('future', { sideColumns: 1 }));
  expect(other.job.nodes[0]?.params).toEqual({ sideColumns: 1 });
  expect(other.notes).toEqual([]);
});

it('what cannot be understood is left as it is, for reading to say', () => {
  expect(read(old('process', { sideColumns: 7 })).job.nodes[0]?.params).toEqual({
    sideOutputs: [{ tag: 'side', columns: 7 }],
  });
  for (const nodes of [7, null, [null], [{ kind: 'process', params: 3 }], {}])
    expect(readJobValue({ version: 1, nodes, edges: [] }).ok).toBe(false);
});

it('is written in the newest version, in which a parameter of the old name is no longer known', () => {
  const { job } = read(old('process', { sideColumns: [] }));
  expect(writeJobFile(job)).toContain('"version": 2,');
  const again = readJobFile(writeJobFile(job));
  expect(again).toMatchObject({ ok: true, value: { job, notes: [] } });
  const late = read({ ...old('process', { sideColumns: [] }), version: 2 });
  expect(analyse(late.job, kindTable).problems.map(({ code }) => code)).toContain('unknown-param');
});

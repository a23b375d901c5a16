/**
 * A handful of operator kinds for the tests of the graph: the graph must not know the real operators. They cover every sort
 * of port and field that the analysis looks at.
 */
import * as z from 'zod/mini';
import { failed, ok } from '../../../base/result.ts';
import type { JobNode } from '../job.ts';
import type { KindTable, OperatorKind } from '../kind.ts';
import {
  aggregatesField,
  columnField,
  columnsField,
  durationField,
  functionField,
  integerField,
  resourceField,
  schemaField,
  sideOutputsField,
  timelineField,
  toggleField,
} from '../params.ts';
import type { AggregateSpec, Params, SideOutput } from '../params.ts';
import { plainStream } from '../schema.ts';
import type { Schema, StreamType } from '../schema.ts';

const common = { title: '', summary: '', icon: 'box', describe: () => '' };
const one = (type: StreamType) => ok([type]);
const first = (inputs: readonly StreamType[]) => inputs[0] as StreamType;

const source: OperatorKind<{ columns: Schema; timestampColumn: string; timeline: string }> = {
  ...common,
  kind: 'source',
  title: 'Source',
  family: 'source',
  params: z.object({
    columns: schemaField(
      [
        { name: 'key', type: 'string' },
        { name: 'value', type: 'int' },
      ],
      { label: 'Columns' },
    ),
    timestampColumn: columnField({ label: 'Timestamp column', of: 'output', optional: true, initial: 'value' }),
    timeline: timelineField('a=1@1 |', { label: 'Timeline' }),
  }),
  inputs: [],
  outputs: [{ name: 'out' }],
  eventTime: { assigns: (params) => params.timestampColumn !== '' },
  derive: (params) => one(plainStream(params.columns)),
};

const reader: OperatorKind<{ resource: string }> = {
  ...common,
  kind: 'reader',
  family: 'source',
  params: z.object({ resource: resourceField('dataset:a', { label: 'File' }) }),
  inputs: [],
  outputs: [{ name: 'out' }],
  derive: () => one(plainStream([{ name: 'text', type: 'string' }])),
};

const map: OperatorKind<{ function: string; columns: Schema }> = {
  ...common,
  kind: 'map',
  title: 'Map',
  family: 'transform',
  params: z.object({
    function: functionField('(row) => row', { label: 'Function', signature: '(row) => row' }),
    columns: schemaField([], { label: 'Output columns' }),
  }),
  inputs: [{ name: 'in' }],
  outputs: [{ name: 'out' }],
  derive: (params, inputs) => one(plainStream(params.columns.length > 0 ? params.columns : first(inputs).schema)),
};

const keyBy: OperatorKind<{ columns: string[] }> = {
  ...common,
  kind: 'keyBy',
  title: 'Key by',
  family: 'transform',
  params: z.object({ columns: columnsField({ label: 'Key' }) }),
  inputs: [{ name: 'in' }],
  outputs: [{ name: 'out' }],
  derive: ({ columns }, inputs) => {
    const { schema } = first(inputs);
    if (columns.length === 0) return failed([{ code: 'missing-key', param: 'columns' }]);
    return columns.every((name) => schema.some((column) => column.name === name))
      ? one({ schema, key: columns })
      : failed([{ code: 'unknown-column', param: 'columns', details: { column: columns[0] ?? '', columns: '' } }]);
  },
};

const window: OperatorKind<{ sizeMs: number; aggregates: AggregateSpec[] }> = {
  ...common,
  kind: 'window',
  family: 'time',
  params: z.object({
    sizeMs: durationField(1_000, { label: 'Size', min: 1 }),
    aggregates: aggregatesField([{ function: 'count', column: '', as: 'count' }], { label: 'Aggregates' }),
  }),
  inputs: [{ name: 'in', keyed: true }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: () => true },
  derive: ({ aggregates }, inputs) => {
    const out = aggregates.map((spec) => ({ name: spec.as, type: 'float' as const }));
    return ok([plainStream(out), plainStream(first(inputs).schema)]);
  },
};

const join: OperatorKind<{ left: string }> = {
  ...common,
  kind: 'join',
  family: 'join',
  params: z.object({ left: columnField({ label: 'Left column' }) }),
  inputs: [{ name: 'left' }, { name: 'right' }],
  outputs: [{ name: 'out' }],
  derive: (_, inputs) => one(plainStream(first(inputs).schema)),
};

const union: OperatorKind = {
  ...common,
  kind: 'union',
  family: 'transform',
  params: z.object({}),
  inputs: [{ name: 'in', many: true }],
  outputs: [{ name: 'out' }],
  derive: (_, inputs) => one(first(inputs)),
};

const rules: OperatorKind = {
  ...common,
  kind: 'rules',
  family: 'transform',
  params: z.object({}),
  inputs: [
    { name: 'in', keyed: true },
    { name: 'rules', broadcast: true },
  ],
  outputs: [{ name: 'out' }],
  derive: (_, inputs) => one(plainStream(first(inputs).schema)),
};

/** Its side outputs are as the parameter says: each of one column of its name. */
const tagged: OperatorKind<{ tags: SideOutput[]; limit: number }> = {
  ...common,
  kind: 'tagged',
  family: 'transform',
  params: z.object({
    tags: sideOutputsField([], { label: 'Tags', main: 'out' }),
    limit: integerField(1, { label: 'Limit', min: 1, max: 9 }),
  }),
  inputs: [{ name: 'in' }],
  outputs: ({ tags }) => [{ name: 'out' }, ...tags.map(({ tag }) => ({ name: tag, side: true, tag: true }))],
  derive: ({ tags }, inputs) =>
    ok([first(inputs), ...tags.map(({ tag }) => plainStream([{ name: tag, type: 'string' }]))]),
};

/** It has a side output or not. */
const sorting: OperatorKind<{ late: boolean }> = {
  ...common,
  kind: 'sorting',
  family: 'transform',
  params: z.object({ late: toggleField(true, { label: 'Late' }) }),
  inputs: [{ name: 'in' }],
  outputs: ({ late }) => [{ name: 'out' }, ...(late ? [{ name: 'late', side: true }] : [])],
  derive: ({ late }, inputs) => ok(late ? [first(inputs), first(inputs)] : [first(inputs)]),
};

const sink: OperatorKind<{ limit: number }> = {
  ...common,
  kind: 'sink',
  title: 'Sink',
  family: 'sink',
  params: z.object({ limit: integerField(100, { label: 'Limit', min: 1, max: 1_000 }) }),
  inputs: [{ name: 'in' }],
  outputs: [],
  derive: () => ok([]),
};

const single: OperatorKind<{ limit: number }> = { ...sink, kind: 'single', parallelism: 'one' };

const broken: OperatorKind = {
  ...union,
  kind: 'broken',
  derive: () => {
    throw new Error('oh');
  },
};

const all = [
  source,
  reader,
  map,
  keyBy,
  window,
  join,
  union,
  rules,
  tagged,
  sorting,
  sink,
  single,
  broken,
] as unknown as OperatorKind<Params>[];
export const kinds: KindTable = new Map(all.map((kind) => [kind.kind, kind]));

/** A node of the given kind whose id is also its name. */
export function node(id: string, kind: string, more: Partial<JobNode> = {}): JobNode {
  const plain = { params: {}, parallelism: null, chaining: 'always', costMs: 0, position: { x: 0, y: 0 } } as const;
  return { id, kind, name: id, ...plain, ...more };
}

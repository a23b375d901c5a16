/** From the registry's parameters to forms: every parameter of every kind can be edited. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { analyse } from '../../engine/graph/analyse.ts';
import { kindTable, operators } from '../../engine/operators/list.ts';
import { emptyJob, type JobNode } from '../../engine/graph/job.ts';
import { kindIcons } from '../ui/icons.tsx';
import { asNumber, asObjects, asText, asTexts, fieldsOf, problemsByField, shownFields, valueOf } from './form-model.ts';

const nodeOf = (kind: string, params: JobNode['params']): JobNode => ({
  id: 'n1',
  kind,
  name: 'x',
  params,
  parallelism: null,
  chaining: 'always',
  costMs: 0,
  position: { x: 0, y: 0 },
});

describe.each(operators.map((kind) => [kind.kind, kind] as const))('the form of %s', (name, kind) => {
  const fields = fieldsOf(kind);

  test('has a field for every parameter, in the order of the schema', () => {
    expect(fields.map((field) => field.name)).toEqual(Object.keys(kind.params.shape));
  });

  test('shows the defaults of the schema while the job says nothing', () => {
    const defaults = z.parse(kind.params, {}) as Record<string, unknown>;
    for (const field of fields) expect(valueOf(field, nodeOf(name, {}))).toEqual(defaults[field.name]);
  });

  test('shows what the job says, also if it is wrong', () => {
    for (const field of fields) expect(valueOf(field, nodeOf(name, { [field.name]: 'strange' }))).toBe('strange');
  });

  test('has an icon that is loaded', () => {
    expect(Object.keys(kindIcons)).toContain(kind.icon);
  });
});

test.each(operators.filter(({ family }) => ['source', 'time', 'join'].includes(family)))(
  '$title has a sentence of help for every field',
  (kind) => {
    const without = fieldsOf(kind).filter(({ meta }) => meta.help?.endsWith('.') !== true);
    expect(without.map(({ name }) => name)).toEqual([]);
  },
);

test('values of a wrong type, as a file from elsewhere may have, count as empty', () => {
  expect(asText(5)).toBe('');
  expect(asNumber('5')).toBe(0);
  expect(asTexts(['a', 5, null])).toEqual(['a']);
  expect(asTexts('a')).toEqual([]);
  expect(asObjects([{ name: 'a' }, null, 'b'])).toEqual([{ name: 'a' }]);
});

test('a field hangs on a choice that its kind has, and on one of its values, or on a text that is empty or not', () => {
  for (const kind of operators) {
    const fields = fieldsOf(kind);
    for (const { meta } of fields) {
      if (meta.when === undefined) continue;
      const { param } = meta.when;
      const value = 'is' in meta.when ? meta.when.is : meta.when.not;
      const other = fields.find((field) => field.name === param)?.meta;
      expect(other, param).toBeDefined();
      if (other?.widget === 'choice') expect(other.options.map((option) => option.value)).toContain(value);
      else expect(value).toBe('');
    }
  }
});

test('what the choice made puts out of force is neither shown nor a problem', () => {
  const keyBy = kindTable.get('keyBy');
  const shown = (params: JobNode['params']) =>
    keyBy === undefined ? [] : shownFields(fieldsOf(keyBy), nodeOf('keyBy', params)).map((field) => field.name);
  const problems = (params: JobNode['params']) =>
    analyse({ ...emptyJob, nodes: [nodeOf('keyBy', params)] }, kindTable)
      .problems.filter(({ param }) => param !== undefined)
      .map(({ code, param }) => `${code} ${param ?? ''}`);
  expect(shown({ by: 'columns' })).toEqual(['by', 'columns']);
  expect(shown({ by: 'function' })).toEqual(['by', 'function', 'keyColumn', 'keyType']);
  expect(problems({ by: 'columns', columns: ['a'], function: '' })).not.toContain('missing-function function');
  expect(problems({ by: 'function', function: '' })).toContain('missing-function function');
});

test('problems stand at their field; those of no field, and of other operators, do not', () => {
  const filter = operators.find((kind) => kind.kind === 'filter');
  const fields = filter === undefined ? [] : fieldsOf(filter);
  const byField = problemsByField(
    [
      { code: 'missing-function', node: 'n1', param: 'function', details: { signature: '(row) => true' } },
      { code: 'unconnected-input', node: 'n1', details: { port: 'in' } },
      { code: 'missing-key', node: 'n2', param: 'columns' },
      { code: 'missing-function', node: 'n1', param: 'function', details: { signature: '(row) => true' } },
    ],
    'n1',
    fields,
  );
  expect([...byField.keys()].toSorted()).toEqual(['', 'function']);
  expect(byField.get('function')).toEqual([
    { severity: 'error', message: 'The function is empty.', advice: 'Write a function: (row) => true.' },
  ]);
});

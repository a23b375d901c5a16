/** Random streams for the inputs of an operator, in one order of delivery. */
import * as fc from 'fast-check';
import type { TimelineElement } from '../../../base/timeline.ts';
import { eventTime } from '../../../base/units.ts';
import { rowKinds } from '../../graph/schema.ts';
import type { ColumnType, JsonValue, Schema } from '../../graph/schema.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import type { Harness } from './harness.ts';

export interface Step {
  readonly input: number;
  readonly element: TimelineElement;
}

/**
 * Any streams of the example's input types, in any interleaving: disorder, late records and repeated watermarks; punctual:
 * none late. At the end each input ends.
 */
export function streams(definition: OperatorDefinition, punctual = false): fc.Arbitrary<Step[]> {
  const schemas = definition.example.inputs.map(({ type }) => type.schema);
  // A function of the example need not be prepared for nulls.
  const nullable = !('function' in definition.example.params);
  const steps = schemas.map((schema, input) => stepOf(schema, input, nullable));
  return fc.array(fc.oneof(...steps), { maxLength: 40 }).map((drawn) => {
    const watermarks = schemas.map(() => -61);
    return [
      ...drawn.map((one) => placed(one, schemas[one.input] as Schema, watermarks, punctual)),
      ...schemas.map((_, input): Step => ({ input, element: { kind: 'end' } })),
    ];
  });
}

/** Plays them; a record after which `cut` is false goes in one batch with the next of its input, if that follows. */
export function playSteps(
  harness: Harness,
  steps: readonly Step[],
  cut: (index: number) => boolean = () => true,
): void {
  for (let from = 0, to = 0; from < steps.length; from = to) {
    const { input } = steps[from] as Step;
    while (to < steps.length && steps[to]?.input === input) to++;
    const run = steps.slice(from, to).map(({ element }) => element);
    const start = from;
    harness.play(run, input, (index) => cut(start + index));
  }
}

type Drawn = { readonly input: number } & (
  | { readonly row: Record<string, JsonValue>; readonly time: number }
  | { readonly rise: number }
);

function stepOf(schema: Schema, input: number, nullable: boolean): fc.Arbitrary<Drawn> {
  const time = fc.integer({ min: -60, max: 60 });
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ input: fc.constant(input), row: rowsOfSchema(schema, nullable), time }) },
    { weight: 1, arbitrary: fc.record({ input: fc.constant(input), rise: fc.nat({ max: 25 }) }) },
  );
}

function placed(drawn: Drawn, schema: Schema, watermarks: number[], punctual: boolean): Step {
  const { input } = drawn;
  const watermark = watermarks[input] as number;
  if ('rise' in drawn) {
    watermarks[input] = watermark + drawn.rise;
    return { input, element: { kind: 'watermark', time: eventTime(watermark + drawn.rise) } };
  }
  const time = eventTime(punctual ? watermark + 1 + Math.abs(drawn.time) : drawn.time);
  return { input, element: { kind: 'record', key: null, value: recordValue(drawn.row, schema), time } };
}

const recordValue = (row: Record<string, JsonValue>, schema: Schema): JsonValue =>
  schema.length === 1 ? (row[schema[0]?.name ?? ''] as JsonValue) : row;

function rowsOfSchema(schema: Schema, nullable: boolean): fc.Arbitrary<Record<string, JsonValue>> {
  return fc.record(
    Object.fromEntries(
      schema.map(({ name, type }) => [name, nullable ? fc.option(cells[type], { freq: 8 }) : cells[type]]),
    ),
  );
}

const cells: Record<ColumnType, fc.Arbitrary<JsonValue>> = {
  int: fc.integer({ min: -5, max: 5 }),
  float: fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8),
  boolean: fc.boolean(),
  string: fc.constantFrom('a', 'b', 'c', 'd e', '', 'ключ'),
  timestamp: fc.integer({ min: -100, max: 100 }),
  json: fc.constantFrom({ a: 1 }, [1, 'x']) as fc.Arbitrary<JsonValue>,
  rowkind: fc.constantFrom(...rowKinds),
};

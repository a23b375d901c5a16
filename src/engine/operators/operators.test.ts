/** Properties that every operator kind has, derived from the registry: a new kind is tested by being in the list. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../base/timeline.ts';
import type { TimelineElement } from '../../base/timeline.ts';
import { fieldMeta } from '../graph/params.ts';
import { outputIndex, outputsOf } from '../graph/ports.ts';
import { plainStream, sameSchema } from '../graph/schema.ts';
import type { Row, Schema, StreamType } from '../graph/schema.ts';
import { keyGroupOf, rangeOfSubtask } from '../state/key-groups.ts';
import type { KeyGroupRange } from '../state/key-groups.ts';
import type { OperatorDefinition } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import { columnKind } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { definitions, kindTable, operators } from './list.ts';
import { operatorTable } from './running.ts';
import { expected, Harness } from './testing/harness.ts';
import type { Emitted, HarnessOptions } from './testing/harness.ts';
import { playSteps, streams } from './testing/streams.ts';
import type { Step } from './testing/streams.ts';
import { TestSystem } from './testing/system.ts';
import { timelineRow } from './timeline-rows.ts';

type Given = Readonly<Record<string, unknown>>;

const seed = 20261121;
const runs = { seed, numRuns: 60 };
const named = operators.map((definition) => [definition.kind, definition] as const);
const roleOf = (definition: OperatorDefinition) => operatorTable.get(definition.kind)?.role;
const transforms = named.filter(([, definition]) => roleOf(definition) === 'transform');
const sources = named.filter(([, definition]) => roleOf(definition) === 'source');
const keyedKinds = transforms.filter(([, definition]) => definition.inputs[0]?.keyed !== undefined);

/** The data set that the example of the file source reads. */
const exampleRows: Row[] = [
  { word: 'to', at: 1 },
  { word: 'be', at: 2 },
];

/** With the inputs of the example. */
function harness(definition: OperatorDefinition, options: HarnessOptions = {}): Harness {
  const { params, inputs } = definition.example;
  const types = inputs.map((input) => input.type);
  return new Harness(definition, params, types, { resource: exampleRows, ...options });
}

const typeOf = (definition: OperatorDefinition): StreamType =>
  definition.example.inputs[0]?.type ?? { schema: [], key: null };

describe('operator state', () => {
  // What looks show, and where they offer to look, must be all that checkpoints keep.
  test.each(named)('of %s is told by whoever keeps it, and the kind says that there is some', (_kind, definition) => {
    const { operator } = harness(definition);
    if (operator === null) expect(definition.inputs).toEqual([]);
    else {
      expect(operator.holdsBeside !== undefined).toBe(operator.snapshot !== undefined);
      expect(definition.operatorState === true).toBe(operator.snapshot !== undefined);
    }
  });
});

describe('the list', () => {
  test('has every kind that the palette promises, each once', () => {
    const kinds = operators.map((definition) => definition.kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect([...kindTable.keys()]).toEqual(kinds);
    expect(Object.keys(definitions)).toEqual(kinds);
  });

  test.each(named)('has the half of %s that runs, a source exactly if the kind is one', (kind, definition) => {
    expect(operatorTable.get(kind)?.create).toBeTypeOf('function');
    expect(roleOf(definition)).toBe(definition.family === 'source' ? 'source' : 'transform');
  });
});

describe.each(named)('%s', (_, definition) => {
  test('its parameters have defaults that are valid and pass through a job file unchanged', () => {
    const defaults = definition.params.parse({});
    const given = definition.params.parse(definition.example.params);
    for (const params of [defaults, given])
      expect(definition.params.parse(JSON.parse(JSON.stringify(params)))).toEqual(params);
  });

  test('every parameter has a label, and a place in the form', () => {
    for (const [name, schema] of Object.entries(definition.params.shape)) {
      const meta = fieldMeta.get(schema as never);
      expect(meta, name).toBeDefined();
      expect(meta?.label.length, name).toBeGreaterThan(0);
    }
  });

  test('its output ports have a type each, the first is the main one, and no two have one name', () => {
    const given = definition.example.params as Given;
    const types = definition.example.inputs.map(({ type }) => type);
    const ports = outputsOf(definition, given);
    const derived = definition.derive(definition.params.parse(given), types);
    expect(derived).toMatchObject({ ok: true, value: { length: ports.length } });
    expect(ports[0]?.side ?? false).toBe(false);
    expect(new Set(ports.map(({ name }) => name)).size).toBe(ports.length);
  });

  test('it says what it is in a sentence and a short line', () => {
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    expect(definition.icon).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const params of [{}, definition.example.params]) {
      const line = definition.describe(definition.params.parse(params));
      expect(line.length).toBeGreaterThan(0);
      expect(line.length).toBeLessThanOrEqual(40);
    }
  });

  test('its example holds', () => {
    const { inputs, outputs } = definition.example;
    const harnessed = harness(definition);
    if (roleOf(definition) === 'source') harnessed.run();
    else
      playInTurn(
        harnessed,
        inputs.map((input) => timelineElements(input.timeline)),
      );
    for (const [port, timeline] of Object.entries(outputs)) {
      const at = outputIndex(definition, definition.example.params as Given, port);
      const type = at >= 0 ? (harnessed.outputTypes[at] as StreamType) : typeOf(definition);
      const got = at >= 0 ? harnessed.port(port) : harnessed.port(port).filter(notWatermark);
      expect(got).toEqual(expected(timeline, type));
    }
  });
});

describe.each(transforms)('%s over any stream', (_, definition) => {
  const type = typeOf(definition);

  test('what it emits has the schema that it derives', () => {
    fc.assert(
      fc.property(streams(definition), (steps) => {
        const harnessed = harness(definition);
        playSteps(harnessed, steps);
        for (const { port, batch } of harnessed.batches) {
          const schema = harnessed.outputTypes.length === 0 ? type.schema : harnessed.outputTypes[port]?.schema;
          expect(sameSchema(batch.schema, schema as Schema)).toBe(true);
          checkBatch(batch);
        }
      }),
      runs,
    );
  });

  test('how records are cut into batches changes nothing', () => {
    fc.assert(
      fc.property(streams(definition), fc.array(fc.boolean(), { minLength: 1 }), (steps, cuts) => {
        const one = harness(definition);
        const other = harness(definition);
        playSteps(one, steps);
        playSteps(other, steps, (index) => cuts[index % cuts.length] as boolean);
        for (const port of one.portNames()) {
          const keep = one.transform.onWatermarkInterval === undefined ? () => true : notWatermark;
          expect(other.port(port).filter(keep)).toEqual(one.port(port).filter(keep));
        }
      }),
      runs,
    );
  });

  test('a snapshot at any point, restored into a new operator, changes nothing', () => {
    fc.assert(
      fc.property(streams(definition), fc.nat(), (steps, where) => {
        const at = where % (steps.length + 1);
        const whole = harness(definition);
        playSteps(whole, steps);
        const system = new TestSystem();
        const before = harness(definition, { system });
        playSteps(before, steps.slice(0, at));
        const after = harness(definition, { system, attempt: 2 });
        after.restore(before.snapshot());
        after.catchUp(before);
        const silent = after.outputs();
        // A restore commits what waits for it.
        if (!commits(after))
          for (const port of after.portNames()) expect((silent[port] as Emitted[]).filter(notWatermark)).toEqual([]);
        if (!commits(after)) after.out.clear();
        playSteps(after, steps.slice(at));
        for (const port of whole.portNames()) {
          const both = [...before.port(port), ...after.port(port)];
          const keep = whole.transform.onWatermarkInterval === undefined && !commits(whole) ? () => true : notWatermark;
          expect(bags(both.filter(keep))).toEqual(bags(whole.port(port).filter(keep)));
        }
      }),
      runs,
    );
  });

  test('of a stream without late records, no result is behind a watermark that went before it', () => {
    fc.assert(
      fc.property(streams(definition, true), (steps) => {
        const harnessed = harness(definition);
        playSteps(harnessed, steps);
        for (const port of harnessed.portNames()) {
          let watermark = Number.NEGATIVE_INFINITY;
          for (const element of harnessed.port(port)) {
            if (element.kind === 'watermark') watermark = element.time;
            if (element.kind !== 'record' || harnessed.transform.onWatermarkInterval !== undefined) continue;
            if (!commits(harnessed)) expect(element.time).toBeGreaterThan(watermark);
          }
        }
        expect(harnessed.late).toBe(0);
      }),
      runs,
    );
  });

  test('watermarks only rise, and the end comes once and last', () => {
    fc.assert(
      fc.property(streams(definition), (steps) => {
        const harnessed = harness(definition);
        playSteps(harnessed, steps);
        for (const port of harnessed.portNames()) {
          const times = harnessed.port(port).flatMap((element) => (element.kind === 'watermark' ? [element.time] : []));
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          expect(harnessed.port(port).findIndex((element) => element.kind === 'end')).toBe(
            harnessed.port(port).length - 1,
          );
        }
      }),
      runs,
    );
  });
});

describe.each(keyedKinds)('%s, keyed', (_, definition) => {
  const maxParallelism = 32;

  test('rescaled at any point to any parallelism gives the same results', () => {
    fc.assert(
      fc.property(streams(definition), fc.nat(), fc.integer({ min: 2, max: 5 }), (steps, where, parallelism) => {
        const at = where % (steps.length + 1);
        const whole = harness(definition, { maxParallelism });
        playSteps(whole, steps);
        const before = harness(definition, { maxParallelism });
        playSteps(before, steps.slice(0, at));
        const snapshot = before.snapshot();
        const parts = Array.from({ length: parallelism }, (_none, subtaskIndex) => {
          const part = harness(definition, { maxParallelism, parallelism, subtaskIndex });
          part.restore(snapshot);
          part.catchUp(before);
          part.out.clear();
          const own = rangeOfSubtask(subtaskIndex, maxParallelism, parallelism);
          const ofPart = steps.slice(at).filter((step) => isWithin(own, definition, step, maxParallelism));
          playSteps(part, ofPart);
          return part;
        });
        for (const port of whole.portNames()) {
          const rescaled = bags(before.port(port)).concat(mergedBags(parts.map((part) => part.port(port))));
          expect(flat(rescaled)).toEqual(flat(bags(whole.port(port))));
        }
      }),
      runs,
    );
  });
});

describe.each(sources)('%s, replayed', (_, definition) => {
  test('how many records a poll may take changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (limits) => {
        const one = harness(definition);
        const other = harness(definition);
        one.run();
        other.run(limits);
        expect(other.outputs()).toEqual(one.outputs());
      }),
      runs,
    );
  });

  test('a snapshot after any poll, restored into a new source, goes on behind the last record', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 12 }), (limit, polls) => {
        const whole = harness(definition);
        whole.run();
        const before = harness(definition);
        for (let i = 0; i < polls; i++) if (!before.poll(limit)) return;
        const after = harness(definition);
        after.restore(before.snapshot());
        after.run([limit]);
        for (const port of whole.portNames())
          expect([...before.port(port), ...after.port(port)]).toEqual(whole.port(port));
      }),
      runs,
    );
  });
});

/** Its records come with checkpoints, whatever the watermark is by then. */
const commits = (harnessed: Harness): boolean => harnessed.transform.onCheckpointComplete !== undefined;

const notWatermark = (element: Emitted): boolean => element.kind !== 'watermark';

/** One element of each input in turn. */
function playInTurn(harnessed: Harness, inputs: readonly TimelineElement[][]): void {
  const longest = Math.max(...inputs.map((elements) => elements.length));
  for (let i = 0; i < longest; i++)
    inputs.forEach((elements, input) => harnessed.play(elements.slice(i, i + 1), input));
}

/** Each column has its type's kind and room for all records; whole numbers are whole; codes point at entries. */
function checkBatch(batch: Harness['batches'][number]['batch']): void {
  expect(batch.length).toBeGreaterThan(0);
  expect(batch.timestamps.length).toBeGreaterThanOrEqual(batch.length);
  batch.schema.forEach(({ type }, i) => {
    const column = batch.columns[i];
    expect(column?.kind).toBe(columnKind(type));
    if (column?.kind === 'text') {
      expect(column.codes.length).toBeGreaterThanOrEqual(batch.length);
      for (const code of column.codes.subarray(0, batch.length)) expect(code).toBeLessThan(column.entries.length);
    } else {
      expect(column?.values.length).toBeGreaterThanOrEqual(batch.length);
      if (type !== 'int' && type !== 'timestamp') return;
      for (const value of column?.values.subarray(0, batch.length) ?? [])
        expect(Number.isNaN(value) || Number.isSafeInteger(value)).toBe(true);
    }
  });
}

/** Between two watermarks the order of keys is not promised: records as a sorted bag. */
function bags(elements: readonly Emitted[]): string[][] {
  const parts: string[][] = [[]];
  for (const element of elements) {
    if (element.kind === 'record') parts.at(-1)?.push(JSON.stringify(element));
    else parts.push([], [JSON.stringify(element)], []);
  }
  return parts.map((part) => part.sort()).filter((part) => part.length > 0);
}

/** Of several subtasks: the records of all between the same watermarks. */
function mergedBags(ports: readonly (readonly Emitted[])[]): string[][] {
  const marks = (ports[0] ?? []).filter((element) => element.kind !== 'record');
  const rounds = ports.map(splitAtMarks);
  const merged: string[][] = [];
  for (let i = 0; i <= marks.length; i++) {
    merged.push(rounds.flatMap((round) => round[i] ?? []).sort());
    if (i < marks.length) merged.push([JSON.stringify(marks[i])]);
  }
  return merged.filter((part) => part.length > 0);
}

function splitAtMarks(elements: readonly Emitted[]): string[][] {
  const rounds: string[][] = [[]];
  for (const element of elements) {
    if (element.kind === 'record') rounds.at(-1)?.push(JSON.stringify(element));
    else rounds.push([]);
  }
  return rounds;
}

/** Bags of one stretch that a snapshot divided are one bag again. */
function flat(parts: readonly string[][]): string[][] {
  const joined: string[][] = [];
  const isRecords = (part: readonly string[]): boolean => part[0]?.startsWith('{"kind":"record"') === true;
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && isRecords(last) && isRecords(part)) last.push(...part);
    else joined.push([...part]);
  }
  return joined.map((part) => part.sort());
}

/** Its record belongs to these key groups; other elements go to all, and so do the records of a broadcast input. */
function isWithin(
  range: KeyGroupRange,
  definition: OperatorDefinition,
  { input, element }: Step,
  groups: number,
): boolean {
  const { schema, key } = definition.example.inputs[input]?.type ?? plainStream([]);
  if (element.kind !== 'record' || key === null) return true;
  const builder = new BatchBuilder(schema, 1);
  builder.appendRow(timelineRow(element, schema), 0);
  const group = keyGroupOf(new KeyReader(schema, key).hashAt(builder.take(), 0), groups);
  return group >= range.start && group <= range.end;
}

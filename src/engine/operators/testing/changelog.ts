/** Changelogs in tests: as one line per stream, and the table that they amount to. */
import * as fc from 'fast-check';
import { eventTime } from '../../../base/units.ts';
import { timelineElements } from '../../../base/timeline.ts';
import type { TimelineElement } from '../../../base/timeline.ts';
import { isRetraction, rowKindIndex } from '../../graph/schema.ts';
import type { Row, RowKind, StreamType } from '../../graph/schema.ts';
import type { Harness } from './harness.ts';

/** A stream of `key`, `value` and row kinds. */
export const changes: StreamType = {
  schema: [
    { name: 'key', type: 'string' },
    { name: 'value', type: 'int' },
    { name: 'op', type: 'rowkind' },
  ],
  key: ['key'],
};

/** Plays a line, each record as a batch of its own. */
export const playChanges = (harness: Harness, line: string, input = 0): void =>
  harness.play(timelineElements(line), input);

/** What came out: `+U:a,3@9`, null as `_`; without a kind where the port has none. */
export function shownChanges(harness: Harness, port = 'out'): string {
  const at = harness.portNames().indexOf(port);
  const schema = harness.outputTypes[at]?.schema ?? [];
  const op = schema[rowKindIndex(schema)]?.name;
  return harness
    .port(port)
    .map((one) => {
      if (one.kind === 'watermark') return `w${one.time}`;
      if (one.kind !== 'record') return one.kind === 'end' ? '|' : one.kind;
      const cells = schema.flatMap(({ name }) => (name === op ? [] : [one.row[name] ?? '_']));
      const kind = op === undefined ? '' : `${String(one.row[op])}:`;
      return `${kind}${cells.join(',')}${one.time === null ? '' : `@${one.time}`}`;
    })
    .join(' ');
}

/** Rows as texts, sorted, after all changes; a row that is taken away and was never there is an error of the operator. */
export function tableAfter(rows: readonly Row[], op: string): string[] {
  const table = new Map<string, number>();
  for (const { [op]: kind, ...row } of rows) {
    const text = JSON.stringify(row);
    const count = (table.get(text) ?? 0) + (isRetraction(kind as RowKind) ? -1 : 1);
    if (count < 0) throw new Error(`${text} is taken away and is not there`);
    table.set(text, count);
  }
  return [...table].flatMap(([text, count]) => Array.from({ length: count }, () => text)).sort();
}

export const rowsOut = (harness: Harness, port = 'out'): Row[] =>
  harness.port(port).flatMap((one) => (one.kind === 'record' ? [one.row] : []));

export interface Change {
  readonly key: string;
  readonly value: number;
  readonly kind: RowKind;
}

/** A changelog that only takes away what is there: random inserts, deletes and updates, updates as their two halves. */
export const changelogs: fc.Arbitrary<readonly Change[]> = fc
  .array(
    fc.record({
      step: fc.constantFrom('insert', 'insert', 'delete', 'update'),
      key: fc.constantFrom('a', 'b', 'c'),
      value: fc.integer({ min: -3, max: 3 }),
      which: fc.nat(),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    const there: { key: string; value: number }[] = [];
    return steps.flatMap(({ step, key, value, which }): Change[] => {
      const [gone] = step === 'insert' || there.length === 0 ? [] : there.splice(which % there.length, 1);
      if (gone !== undefined && step === 'delete') return [{ ...gone, kind: '-D' }];
      const next = { key: gone?.key ?? key, value };
      there.push(next);
      return gone === undefined
        ? [{ ...next, kind: '+I' }]
        : [
            { ...gone, kind: '-U' },
            { ...next, kind: '+U' },
          ];
    });
  });

export const changeElement = ({ key, value, kind }: Change, time: number): TimelineElement => {
  return { kind: 'record', rowKind: kind, key, value, time: eventTime(time) };
};

/** What is left of these changes. */
export function remaining(all: readonly Change[]): { readonly key: string; readonly value: number }[] {
  const left: { key: string; value: number }[] = [];
  for (const { key, value, kind } of all) {
    if (!isRetraction(kind)) left.push({ key, value });
    else
      left.splice(
        left.findIndex((row) => row.key === key && row.value === value),
        1,
      );
  }
  return left;
}

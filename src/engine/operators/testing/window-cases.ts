/**
 * Windows as one-line timelines, for tables of cases: `a=1@1` is a record, `w9` a watermark, `+5` lets the clock go on,
 * `/` is a snapshot and a restore of it (with no watermark, as in Flink), `|` the end. A pane is written `a[0,10)=3`: key,
 * window, sum; with its timing and index, `early0`, where the columns of panes are asked for.
 */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../../base/timeline.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { countWindow } from '../count-window.ts';
import { cumulatingWindow } from '../cumulating-window.ts';
import { globalWindowKind } from '../global-window.ts';
import { sessionWindow } from '../session-window.ts';
import { slidingWindow } from '../sliding-window.ts';
import { tumblingWindow } from '../tumbling-window.ts';
import { sumOfN, words } from '../windowing/example.ts';
import { Harness } from './harness.ts';
import type { Emitted } from './harness.ts';

export const windowKinds = {
  tumbling: tumblingWindow as unknown as OperatorDefinition,
  sliding: slidingWindow as unknown as OperatorDefinition,
  cumulating: cumulatingWindow as unknown as OperatorDefinition,
  session: sessionWindow as unknown as OperatorDefinition,
  count: countWindow as unknown as OperatorDefinition,
  global: globalWindowKind as unknown as OperatorDefinition,
};
export type WindowName = keyof typeof windowKinds;

export type Case = readonly [says: string, params: object, input: string, out: string, late?: string];

export const windowHarness = (kind: WindowName, params: object): Harness =>
  new Harness(windowKinds[kind], { aggregates: sumOfN, ...params }, [words]);

/** Elements that come at once are a batch each. */
export function play(harness: Harness, input: string): void {
  for (const element of timelineElements(input)) {
    if (element.kind === 'advance') harness.tick(harness.clock + element.by);
    else harness.play([element]);
  }
}

export type ShownRow = Readonly<Record<string, string | number | null | undefined>>;

/** A record, a watermark or the end, as cases write them; `text` of a record is what it says between window and pane. */
export function shownElement(element: Emitted, text: (row: ShownRow, window: string) => string): string {
  if (element.kind === 'watermark') return `w${element.time}`;
  if (element.kind !== 'record') return '|';
  const row = element.row as ShownRow;
  const { op, windowStart, windowEnd, paneIndex, paneTiming } = row;
  const window = windowStart === undefined ? '' : `[${windowStart},${windowEnd ?? ''})`;
  const pane = paneIndex === undefined ? '' : ` ${String(paneTiming).replace(' ', '-')}${paneIndex}`;
  return `${op === undefined ? '' : `${op}:`}${text(row, window)}${pane}`;
}

/** `a[0,10)=3` */
export const shown = (element: Emitted): string =>
  shownElement(element, ({ word = '', n }, window) => `${word}${window}=${n ?? 'null'}`);

/** How a stream, or two, is played and told. */
export interface Notation {
  readonly play: (harness: Harness, input: string) => void;
  readonly shown: (element: Emitted) => string;
  /** Ports of late records, and what stands in front of each. */
  readonly late: Readonly<Record<string, string>>;
}

const oneStream: Notation = { play, shown, late: { late: '' } };

/** Plays it on operators made by `make`, a new one behind each `/`. */
export function runCase(
  make: () => Harness,
  input: string,
  notation: Notation = oneStream,
): { out: string; late: string } {
  let harness = make();
  const out: Emitted[] = [];
  const late: string[] = [];
  for (const [i, part] of input.split('/').entries()) {
    if (i > 0) {
      const restored = make();
      restored.restore(harness.snapshot());
      restored.tick(harness.clock);
      harness = restored;
    }
    notation.play(harness, part);
    out.push(...harness.port('out'));
    for (const [port, sign] of Object.entries(notation.late))
      for (const one of harness.port(port)) if (one.kind === 'record') late.push(sign + notation.shown(one));
  }
  return { out: out.map(notation.shown).join(' '), late: late.join(' ') };
}

/** Each case on operators made of the common and its own parameters. */
export function casesOf(
  title: string,
  common: object,
  list: readonly Case[],
  make: (params: object) => Harness,
  notation: Notation = oneStream,
): void {
  describe(title, () => {
    test.each(list.map((each) => [...each]))('%s', (_says, params, input, out, late = '') => {
      const made = () => make({ ...common, ...(params as object) });
      expect(runCase(made, input as string, notation)).toEqual({ out, late });
    });
  });
}

export const windowCases = (title: string, kind: WindowName, common: object, list: readonly Case[]): void =>
  casesOf(title, common, list, (params) => windowHarness(kind, params));

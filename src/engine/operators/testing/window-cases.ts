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

type ShownRow = Readonly<Record<string, string | number | undefined>>;

/** A pane, a watermark or the end, as cases write them. */
export function shown(element: Emitted): string {
  if (element.kind === 'watermark') return `w${element.time}`;
  if (element.kind !== 'record') return '|';
  const { word = '', n, windowStart, windowEnd, paneIndex, paneTiming } = element.row as ShownRow;
  const window = windowStart === undefined ? '' : `[${windowStart},${windowEnd ?? ''})`;
  const pane = paneIndex === undefined ? '' : ` ${String(paneTiming).replace(' ', '-')}${paneIndex}`;
  return `${word}${window}=${n ?? 'null'}${pane}`;
}

/** Plays it on operators made by `make`, a new one behind each `/`. */
export function runCase(make: () => Harness, input: string): { out: string; late: string } {
  let harness = make();
  const out: Emitted[] = [];
  const late: Emitted[] = [];
  for (const [i, part] of input.split('/').entries()) {
    if (i > 0) {
      const restored = make();
      restored.restore(harness.snapshot());
      restored.tick(harness.clock);
      harness = restored;
    }
    play(harness, part);
    out.push(...harness.port('out'));
    late.push(...harness.port('late').filter(({ kind }) => kind === 'record'));
  }
  return { out: out.map(shown).join(' '), late: late.map(shown).join(' ') };
}

export function windowCases(title: string, kind: WindowName, common: object, list: readonly Case[]): void {
  describe(title, () => {
    test.each(list.map((each) => [...each]))('%s', (_says, params, input, out, late = '') => {
      const make = () => windowHarness(kind, { ...common, ...(params as object) });
      expect(runCase(make, input as string)).toEqual({ out, late });
    });
  });
}

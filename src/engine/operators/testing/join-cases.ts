/**
 * Joins over windows as one-line timelines: as in `window-cases.ts`, and `r:` in front of what comes on the right. A
 * watermark without a side is one of both. A result is written `[0,10) a:1+2`, with `-` for the side that is not there.
 */
import { describe, expect, test } from 'vitest';
import { timelineElements } from '../../../base/timeline.ts';
import type { StreamType } from '../../graph/schema.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { words } from '../windowing/example.ts';
import { windowJoin } from '../window-join.ts';
import { Harness } from './harness.ts';
import type { Emitted } from './harness.ts';
import type { Case } from './window-cases.ts';

/** The right side calls its key by another name. */
export const others: StreamType = {
  schema: [
    { name: 'key', type: 'string' },
    { name: 'm', type: 'int' },
  ],
  key: ['key'],
};

export const joinHarness = (params: object, kind: OperatorDefinition = windowJoin as unknown as OperatorDefinition) =>
  new Harness(kind, params, [words, others]);

export function playSides(harness: Harness, input: string): void {
  for (const token of input.trim().split(/\s+/).filter(Boolean)) {
    const [, side, text] = /^(?:([lr]):)?(.*)$/.exec(token) as unknown as [string, string | undefined, string];
    for (const element of timelineElements(text)) {
      const both = side === undefined && (element.kind === 'watermark' || element.kind === 'end');
      if (element.kind === 'advance') harness.tick(harness.clock + element.by);
      else if (both) for (const port of [0, 1]) harness.play([element], port);
      else harness.play([element], side === 'r' ? 1 : 0);
    }
  }
}

type ShownRow = Readonly<Record<string, string | number | null | undefined>>;

function shown(element: Emitted): string {
  if (element.kind === 'watermark') return `w${element.time}`;
  if (element.kind !== 'record') return '|';
  const { word, key, n, m, windowStart, windowEnd, paneIndex, paneTiming } = element.row as ShownRow;
  const window = windowStart === undefined ? '' : `[${windowStart},${windowEnd ?? ''}) `;
  const pane = paneIndex === undefined ? '' : ` ${String(paneTiming).replace(' ', '-')}${paneIndex}`;
  return `${window}${word ?? key ?? ''}:${n ?? '-'}+${m ?? '-'}${pane}`;
}

export function runJoin(make: () => Harness, input: string): { out: string; late: string } {
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
    playSides(harness, part);
    out.push(...harness.port('out'));
    const records = (port: string) => harness.port(port).filter(({ kind }) => kind === 'record');
    late.push(...records('lateLeft').map(shown), ...records('lateRight').map((each) => `r:${shown(each)}`));
  }
  return { out: out.map(shown).join(' '), late: late.join(' ') };
}

export function joinCases(title: string, common: object, list: readonly Case[]): void {
  describe(title, () => {
    test.each(list.map((each) => [...each]))('%s', (_says, params, input, out, late = '') => {
      const make = () => joinHarness({ ...common, ...(params as object) });
      expect(runJoin(make, input as string)).toEqual({ out, late });
    });
  });
}

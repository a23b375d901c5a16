/**
 * Joins over windows as one-line timelines: as in `window-cases.ts`, and `r:` in front of what comes on the right. A
 * watermark without a side is one of both. A result is written `[0,10) a:1+2`, with `-` for the side that is not there
 * and, of a changelog, `+I:` in front.
 */
import { timelineElements } from '../../../base/timeline.ts';
import type { StreamType } from '../../graph/schema.ts';
import type { OperatorDefinition } from '../../task/operator.ts';
import { words } from '../windowing/example.ts';
import { windowJoin } from '../window-join.ts';
import { Harness } from './harness.ts';
import { casesOf, runCase, shownElement } from './window-cases.ts';
import type { Case, Notation } from './window-cases.ts';

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

const notation: Notation = {
  play: playSides,
  shown: (element) =>
    shownElement(element, ({ word, key, n, m }, window) => {
      return `${window}${window === '' ? '' : ' '}${word ?? key ?? ''}:${n ?? '-'}+${m ?? '-'}`;
    }),
  late: { lateLeft: '', lateRight: 'r:' },
};

export const runJoin = (make: () => Harness, input: string) => runCase(make, input, notation);

export const joinCases = (title: string, common: object, list: readonly Case[]): void =>
  casesOf(title, common, list, joinHarness, notation);

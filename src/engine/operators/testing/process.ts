/** The process function under test: what it is given, played, and what came out of it. */
import { timelineElements } from '../../../base/timeline.ts';
import type { DeclaredState } from '../../graph/params.ts';
import type { StreamType } from '../../graph/schema.ts';
import { processFunction } from '../process-function.ts';
import { Harness } from './harness.ts';
import type { HarnessOptions } from './harness.ts';

export const words: StreamType = {
  schema: [
    { name: 'word', type: 'string' },
    { name: 'n', type: 'int' },
  ],
  key: ['word'],
};

export interface Given {
  readonly processElement?: string;
  readonly onTimer?: string;
  readonly states?: readonly Partial<DeclaredState>[];
  readonly columns?: readonly object[];
  readonly sideOutputs?: readonly object[];
}

/** Emits into one json column, so that anything can be looked at. */
export function harness(given: Given, options: HarnessOptions = {}, type: StreamType = words): Harness {
  return new Harness(processFunction, given, [type], options);
}

export function played(given: Given, timeline: string): Harness {
  const made = harness(given);
  made.play(timelineElements(timeline));
  return made;
}

/** Records as [value, time], watermarks as `w5`. */
export function seen(of: Harness, port = 'out'): unknown[] {
  return of.port(port).flatMap((one): unknown[] => {
    if (one.kind === 'record') return [[one.row['value'] ?? one.row, one.time]];
    return one.kind === 'watermark' ? [`w${one.time}`] : [];
  });
}

export const values = (of: Harness): unknown[] =>
  of.port('out').flatMap((one) => (one.kind === 'record' ? [one.row['value']] : []));

/** An operator of two inputs under test: what arrives is written in one line, in order, each element behind its input. */
import { timelineElements } from '../../../base/timeline.ts';
import type { Harness } from './harness.ts';

/** `1:a=1@1 2:b@2 1:w5`: elements of input 1 and 2, one after the other. */
export function playLine(made: Harness, line: string): void {
  for (const part of line.split(' ')) {
    const [, input = '', element = ''] = /^([12]):(.*)$/.exec(part) ?? [];
    made.play(timelineElements(element), Number(input) - 1);
  }
}

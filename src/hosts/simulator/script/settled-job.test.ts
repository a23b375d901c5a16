/** How many subtasks a scripted source has: as many as are asked for, and none without a split. */
import { expect, test } from 'vitest';
import { present } from '../../../base/assert.ts';
import type { Job } from '../../../engine/graph/job.ts';
import { job, node } from '../../acceptance-jobs.ts';
import { parseScript } from './parse.ts';
import type { Script } from './script.ts';
import { rescaled, settledJob } from './settled-job.ts';

/** A source with two splits, of this parallelism; and whoever else. */
function scripted(parallelism: number | null): { readonly given: Job; readonly script: Script } {
  const given = job([node('in', 'scripted', {}, { parallelism }), node('out', 'table')], ['in -> out']);
  const script = parseScript('in/0: a=1@1\nin/1: b=2@2\ncheckpoint\nrestore in=5', given);
  if (!script.ok) throw new Error(script.error.message);
  return { given, script: script.value };
}

const parallelismOf = ({ nodes }: Job, id: string): number | null =>
  present(
    nodes.find((one) => one.id === id),
    id,
  ).parallelism;

test.each([
  ['one for each split, if nothing is said', null, 2],
  ['fewer, if the job says so', 1, 1],
  ['not more than there are splits', 5, 2],
])('%s', (_, asked, subtasks) => {
  const { given, script } = scripted(asked);
  expect(parallelismOf(settledJob(given, script), 'in')).toBe(subtasks);
});

test('a restore does not give it more than splits either, and others as many as it says', () => {
  const { given, script } = scripted(1);
  const restored = (of: ReadonlyMap<string, number>): Job =>
    rescaled(given, script, { kind: 'restore', checkpoint: null, parallelism: 3, of } as Parameters<
      typeof rescaled
    >[2]);
  expect(parallelismOf(restored(new Map([['in', 5]])), 'in')).toBe(2);
  // A parallelism for all is none for sources.
  expect(parallelismOf(restored(new Map()), 'in')).toBe(1);
  expect(parallelismOf(restored(new Map()), 'out')).toBe(3);
});

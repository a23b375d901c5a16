import { expect, test } from 'vitest';
import { emptyJob } from '../../../engine/graph/job.ts';
import { parseScript } from '../../../hosts/simulator/script/parse.ts';
import { node } from '../../../hosts/acceptance-jobs.ts';
import { starterScript } from './starter.ts';

test('a first script plays the timelines of the sources, whatever they are called, and can be read', () => {
  const nodes = [
    node('s1', 'scripted', { timeline: 'a=1@1\n  w5 |' }),
    { ...node('s2', 'scripted', { timeline: '' }), name: 'Ads: all' },
    { ...node('s3', 'scripted', { timeline: 'b=2@3 +1s' }), name: 'clicks/1' },
    node('other', 'table'),
  ];
  const job = { ...emptyJob, nodes };
  const script = starterScript(job);
  expect(script.split('\n').slice(1)).toEqual(['s1: a=1@1 w5 |', '"Ads: all": a=1@1 w5', '"clicks/1": b=2@3 +1s']);
  const read = parseScript(script, job);
  expect(read.ok && read.value.steps.map((step) => step.kind === 'element' && step.node)).toEqual([
    's1',
    's1',
    's1',
    's2',
    's2',
    's3',
    false,
  ]);
});

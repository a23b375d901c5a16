/** The first lines of a script for a job that has none: the timelines of its scripted sources, one after the other. */
import type { Job } from '../../../engine/graph/job.ts';

export function starterScript(job: Job): string {
  const sources = job.nodes.filter(({ kind }) => kind === 'scripted');
  const lines = sources.map(({ name, params }) => {
    const { timeline } = params;
    // A name that would end too early is written as a JSON text.
    const called = /[:"/]|^\s|\s$/.test(name) ? JSON.stringify(name) : name;
    return `${called}: ${typeof timeline === 'string' && timeline.trim() !== '' ? timeline.trim().replaceAll(/\s+/g, ' ') : 'a=1@1 w5'}`;
  });
  return ['# Elements of the sources, line by line, in the order in which they are delivered.', ...lines].join('\n');
}

/** Checks that every example of the gallery reads, has no problem, can be planned, and stands well on the canvas. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { datasets } from '../connectors/datasets/list.ts';
import { checkFunction } from '../connectors/functions.ts';
import { analyse } from '../engine/graph/analyse.ts';
import { problemMessage } from '../engine/graph/problems.ts';
import { planJob } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { readJobFile, writeJobFile } from '../export/job-file.ts';
import { gallery } from './list.ts';

const options = { compileCheck: checkFunction, resources: new Set(datasets.map(({ name }) => `dataset:${name}`)) };

describe('the gallery', () => {
  it('lists every job file of its folder once, the flights first', () => {
    const ids = gallery.map(({ id }) => id);
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.weir.json'));
    expect(ids.map((id) => `${id}.weir.json`).toSorted()).toEqual(files.toSorted());
    expect(ids[0]).toBe('flights');
    expect(ids.length).toBeGreaterThanOrEqual(6);
  });

  it.each(gallery)('$id has neither an error nor a warning', ({ job }) => {
    expect(
      analyse(job, kindTable, options).problems.map((problem) => `${problem.node}: ${problemMessage(problem)}`),
    ).toEqual([]);
  });

  it.each(gallery)('$id can be planned, with few enough subtasks for any machine', ({ job }) => {
    const planned = planJob(job, kindTable, options);
    expect(planned.ok && planned.value.subtasks.length).toBeLessThanOrEqual(12);
  });

  it.each(gallery)('$id has its fields in the order in which job files are written, and no defaults', ({ id, job }) => {
    const text = readFileSync(new URL(`./${id}.weir.json`, import.meta.url), 'utf8');
    expect(readJobFile(text)).toEqual({ ok: true, value: { job, notes: [] } });
    // The formatter of the repository may break lines in its own way.
    expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(writeJobFile(job))));
  });

  it.each(gallery)('$id asks a question and says what it shows', ({ title, question, tags, job }) => {
    expect(title.length).toBeLessThanOrEqual(40);
    expect(question).toMatch(/^[A-Z].{10,90}\?$/);
    expect(tags.length).toBeGreaterThan(0);
    expect(job.description).toMatch(/\.$/);
  });

  it.each(gallery)('$id flows from left to right, chains from top to bottom, and no two nodes overlap', ({ job }) => {
    const at = new Map(job.nodes.map(({ id, position }) => [id, position]));
    for (const { from, to } of job.edges) {
      const [start, end] = [at.get(from.node), at.get(to.node)];
      const across = (end?.x ?? 0) - (start?.x ?? 0);
      const down = (end?.y ?? 0) - (start?.y ?? 0);
      expect(across >= 260 || (across === 0 && down >= 120), `${from.node} to ${to.node}`).toBe(true);
    }
    for (const [i, a] of job.nodes.entries()) {
      for (const b of job.nodes.slice(i + 1)) {
        // Opened, a card is a head and a lane for each subtask (studio/canvas/metrics.ts).
        const upper = a.position.y <= b.position.y ? a : b;
        const tall = 60 + 44 * (upper.parallelism ?? job.settings.parallelism);
        const apart =
          Math.abs(a.position.x - b.position.x) >= 260 || Math.abs(a.position.y - b.position.y) >= Math.max(120, tall);
        expect(apart, `${a.id} and ${b.id}`).toBe(true);
      }
    }
  });

  it.each(gallery)('$id reads only columns that its data set has, by their types', ({ job }) => {
    for (const { params } of job.nodes.filter(({ kind }) => kind === 'file')) {
      const dataset = datasets.find(({ name }) => `dataset:${name}` === params['resource']);
      expect(dataset?.schema).toEqual(expect.arrayContaining(params['columns'] as unknown[]));
    }
  });
});

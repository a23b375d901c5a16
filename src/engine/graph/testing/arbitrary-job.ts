/** Random jobs over the test kinds, for properties: some wild, some that must run. */
import * as fc from 'fast-check';
import { partitioners } from '../job.ts';
import type { Job, JobEdge, JobNode, Partitioner, PartitionerChoice } from '../job.ts';
import { kinds, node } from './kinds.ts';
import { job } from './short-jobs.ts';

const ids = ['a', 'b', 'c', 'd', 'e', '__proto__', 'constructor'];
const ports = ['in', 'out', 'late', 'left', 'right', 'toString'];
const anyNumber = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.double(), fc.constant(Number.NaN));

const wildNode: fc.Arbitrary<JobNode> = fc.record({
  id: fc.constantFrom(...ids),
  kind: fc.constantFrom(...kinds.keys(), 'constructor', 'future'),
  name: fc.string(),
  params: fc.dictionary(
    fc.constantFrom('columns', 'function', 'sizeMs', 'aggregates', 'left', 'timeline', '__proto__', 'limit'),
    fc.oneof(fc.anything(), fc.array(fc.constantFrom('key', 'value', 'nothing'))),
  ),
  parallelism: fc.option(anyNumber),
  chaining: fc.constantFrom('always', 'head', 'never'),
  costMs: anyNumber,
  position: fc.record({ x: anyNumber, y: anyNumber }),
});

const end = fc.record({ node: fc.constantFrom(...ids, 'nowhere'), port: fc.constantFrom(...ports) });
const choice = fc.constantFrom('auto', ...partitioners) as fc.Arbitrary<PartitionerChoice>;
const wildEdge: fc.Arbitrary<JobEdge> = fc.record({
  id: fc.oneof(fc.constantFrom('e1', 'e2', '__proto__'), fc.string()),
  from: end,
  to: end,
  partitioner: choice,
});

/** Anything that has the shape of a job. */
export const wildJob: fc.Arbitrary<Job> = fc
  .record({
    nodes: fc.array(wildNode, { maxLength: 10 }),
    edges: fc.array(wildEdge, { maxLength: 20 }),
    settings: fc.record(
      { parallelism: anyNumber, maxParallelism: anyNumber, bufferRecords: anyNumber, seed: anyNumber },
      { requiredKeys: [] },
    ),
  })
  .map(({ nodes, edges, settings }) => job(nodes, edges, settings));

const parallelism = fc.option(fc.integer({ min: 1, max: 5 }));
const explicit = partitioners.filter((name): name is Exclude<Partitioner, 'hash' | 'forward'> => {
  return name !== 'hash' && name !== 'forward';
});
const step = fc.record({
  kind: fc.constantFrom('map', 'union', 'keyBy', 'sink', 'single'),
  /** Picks what it is connected to among the nodes before it. */
  after: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  partitioner: fc.constantFrom('auto' as const, 'auto' as const, 'auto' as const, ...explicit),
  chaining: fc.constantFrom('always' as const, 'always' as const, 'head' as const, 'never' as const),
  parallelism,
});

/** A job without errors: sources, then steps that each follow nodes before them. Schemas are all alike. */
export const soundJob: fc.Arbitrary<Job> = fc
  .tuple(fc.array(parallelism, { minLength: 1, maxLength: 3 }), fc.array(step, { maxLength: 12 }), fc.boolean())
  .map(([sources, steps, chaining]) => {
    const nodes = sources.map((given, i) => node(`s${i}`, 'source', { parallelism: given }));
    const open = nodes.map(({ id }) => id);
    const edges: JobEdge[] = [];
    for (const [i, { kind, after, partitioner, ...more }] of steps.entries()) {
      const id = `n${i}`;
      const from = new Set(after.slice(0, kind === 'union' ? 3 : 1).map((pick) => open[pick % open.length] as string));
      for (const before of from) {
        const ends = { from: { node: before, port: 'out' }, to: { node: id, port: 'in' } };
        edges.push({ id: `e${edges.length}`, ...ends, partitioner });
      }
      nodes.push(node(id, kind, { ...more, params: kind === 'keyBy' ? { columns: ['key'] } : {} }));
      if (kind !== 'sink' && kind !== 'single') open.push(id);
    }
    return job(nodes, edges, { chaining });
  });

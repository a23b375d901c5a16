/** Checks chaining and channels against Flink's rules and published examples, and properties of every sound job. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from './job.ts';
import { pointwisePairs } from './partitioning.ts';
import type { ExecutionGraph } from './plan.ts';
import { soundJob } from './testing/arbitrary-job.ts';
import { kinds, node } from './testing/kinds.ts';
import { edge, job } from './testing/short-jobs.ts';
import { planJob, subtaskPlans } from './translate.ts';

function plan(drawn: Job): ExecutionGraph {
  const planned = planJob(drawn, kinds);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
}

/** Checks 300 random sound jobs. */
function ofEveryPlan(check: (graph: ExecutionGraph, drawn: Job) => void): void {
  fc.assert(
    fc.property(soundJob, (drawn) => check(plan(drawn), drawn)),
    { numRuns: 300 },
  );
}

const vertexNames = (drawn: Job) => plan(drawn).jobGraph.vertices.map(({ name }) => name);
const reasons = (drawn: Job) => [...plan(drawn).jobGraph.decisions.values()].map(({ reason }) => reason);

const source = node('a', 'source');
const sink = node('z', 'sink');
const key = node('k', 'keyBy', { params: { columns: ['key'] } });

describe('chaining', () => {
  it('chains forward edges of equal parallelism and cuts behind a Key by', () => {
    const drawn = job(
      [source, node('m', 'map'), key, node('w', 'window'), sink],
      ['a -> m', 'm -> k', 'k -> w', 'w -> z'],
    );
    expect(vertexNames(drawn)).toEqual(['a -> m -> k', 'w -> z']);
    expect(plan(drawn).jobGraph.edges).toMatchObject([{ edge: 'k -> w', from: 'v1', to: 'v2', partitioner: 'hash' }]);
  });

  it('names a chain that branches as Flink does', () => {
    const drawn = job([source, node('m', 'map'), sink, node('y', 'sink')], ['a -> m', 'm -> z', 'a -> y']);
    expect(vertexNames(drawn)).toEqual(['a -> (m -> z, y)']);
    expect(plan(drawn).jobGraph.vertices[0]?.chained).toEqual([
      { edge: 'a -> m', from: 'a', fromPort: 0, to: 'm' },
      { edge: 'a -> y', from: 'a', fromPort: 0, to: 'y' },
      { edge: 'm -> z', from: 'm', fromPort: 0, to: 'z' },
    ]);
  });

  it('keeps the port of a side output along a chained edge', () => {
    const drawn = job(
      [source, key, node('w', 'window'), sink, node('y', 'sink')],
      ['a -> k', 'k -> w', 'w -> z', 'w.late -> y'],
    );
    expect(plan(drawn).jobGraph.vertices[1]?.chained.map(({ fromPort }) => fromPort)).toEqual([0, 1]);
  });

  const line = (more: Partial<Parameters<typeof node>[2]> & object, settings = {}) =>
    job([source, node('m', 'map', more), sink], ['a -> m', 'm -> z'], settings);

  it.each<[string, Job, string[]]>([
    ['both ends, where nothing speaks against it', line({}), ['chained', 'chained']],
    ['a node that starts a chain, to the next only', line({ chaining: 'head' }), ['head-only', 'chained']],
    ['a node that is never chained, to neither side', line({ chaining: 'never' }), ['never', 'never']],
    ['nothing, with chaining switched off', line({}, { chaining: false }), ['chaining-off', 'chaining-off']],
    ['nothing, where the parallelism differs', line({ parallelism: 3 }), ['parallelism', 'parallelism']],
    ['nothing, along an explicit partitioner', job([source, sink], [edge('a -> z', 'rescale')]), ['partitioner']],
    ['an explicit forward edge', job([source, sink], [edge('a -> z', 'forward')]), ['chained']],
    [
      'nothing, into several inputs',
      job([source, node('b', 'source'), node('u', 'union'), sink], ['a -> u', 'b -> u', 'u -> z']),
      ['several-inputs', 'several-inputs', 'chained'],
    ],
    [
      'nothing, into a union that one node feeds twice',
      job([source, node('m', 'map'), node('u', 'union'), sink], ['a -> m', 'a -> u', 'm -> u', 'u -> z']),
      ['chained', 'several-inputs', 'several-inputs', 'chained'],
    ],
  ])('chains %s', (_, drawn, expected) => {
    expect(reasons(drawn)).toEqual(expected);
  });

  it('rebalances between unequal parallelism unless the person chose otherwise', () => {
    const drawn = job([source, node('z', 'single')], ['a -> z']);
    expect(plan(drawn).jobGraph.edges[0]?.partitioner).toBe('rebalance');
  });

  it('hashes into a node of the same parallelism, too', () => {
    const drawn = job([source, key, node('m', 'map'), sink], ['a -> k', 'k -> m', 'm -> z']);
    expect(plan(drawn).jobGraph.edges[0]?.partitioner).toBe('hash');
  });

  it('broadcasts into an input that demands it, also between equal parallelism and behind a Key by', () => {
    const drawn = job(
      [source, key, node('r', 'rules'), sink, node('b', 'source')],
      ['a -> k', 'k -> r', 'b -> r.rules', 'r -> z'],
    );
    const { jobGraph, channels } = plan(drawn);
    expect(jobGraph.edges.map(({ edge: id, partitioner }) => [id, partitioner])).toEqual([
      ['k -> r', 'hash'],
      ['b -> r.rules', 'broadcast'],
    ]);
    expect(channels.filter((channel) => channel.edge === 'b -> r.rules').map(({ id }) => id.split(':')[1])).toEqual([
      '0-0',
      '0-1',
      '1-0',
      '1-1',
    ]);
    const keyed = job([source, key, node('r', 'rules'), sink], ['a -> k', 'k -> r', 'k -> r.rules', 'r -> z']);
    expect(plan(keyed).jobGraph.edges.find((each) => each.edge === 'k -> r.rules')).toMatchObject({
      partitioner: 'broadcast',
      type: { key: null },
    });
  });

  it('gives the problems of a job that cannot run', () => {
    const planned = planJob(job([sink], []), kinds);
    expect(planned.ok ? [] : planned.error.map(({ code }) => code)).toEqual(['no-source', 'unconnected-input']);
  });
});

describe('channels', () => {
  it('joins every sender to every receiver of a hash edge', () => {
    const drawn = job(
      [source, key, node('m', 'map', { parallelism: 3 }), node('z', 'single')],
      ['a -> k', 'k -> m', 'm -> z'],
    );
    const { subtasks, channels } = plan(drawn);
    expect(subtasks.map(({ id }) => id)).toEqual(['v1/0', 'v1/1', 'v2/0', 'v2/1', 'v2/2', 'v3/0']);
    expect(channels.filter((channel) => channel.edge === 'k -> m').map(({ id }) => id)).toEqual(
      ['0-0', '0-1', '0-2', '1-0', '1-1', '1-2'].map((pair) => `k -> m:${pair}`),
    );
    expect(channels.at(-1)).toEqual({
      id: 'm -> z:2-0',
      edge: 'm -> z',
      from: 'v2/2',
      to: 'v3/0',
      fromIndex: 0,
      toIndex: 2,
    });
  });

  // 2 to 3 is the example of Flink's VertexInputInfoComputationUtilsTest; the others are computed by hand from its rule.
  it.each([
    [2, 3, '0-0 0-1 1-2'],
    [3, 2, '0-0 1-1 2-1'],
    [2, 4, '0-0 0-1 1-2 1-3'],
    [4, 2, '0-0 1-0 2-1 3-1'],
    [3, 5, '0-0 0-1 1-2 1-3 2-4'],
    [5, 3, '0-0 1-1 2-1 3-2 4-2'],
    [3, 3, '0-0 1-1 2-2'],
    [1, 3, '0-0 0-1 0-2'],
    [3, 1, '0-0 1-0 2-0'],
  ])('joins %i senders pointwise to %i receivers as Flink does', (senders, receivers, expected) => {
    expect(
      pointwisePairs(senders, receivers)
        .map((pair) => pair.join('-'))
        .join(' '),
    ).toBe(expected);
  });

  it('joins pointwise so that each side is fully used and the larger side has one channel each', () => {
    const count = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(count, count, (senders, receivers) => {
        const pairs = pointwisePairs(senders, receivers);
        const loads = (side: 0 | 1, size: number) =>
          Array.from({ length: size }, (_, index) => pairs.filter((pair) => pair[side] === index).length);
        const [sent, received] = [loads(0, senders), loads(1, receivers)];
        expect(pairs).toHaveLength(Math.max(senders, receivers));
        for (const side of [sent, received]) {
          expect(Math.min(...side)).toBeGreaterThan(0);
          expect(Math.max(...side) - Math.min(...side)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('the plan of any sound job', () => {
  it('has every operator in one vertex, and its head first', () => {
    ofEveryPlan(({ jobGraph }, drawn) => {
      const placed = jobGraph.vertices.flatMap(({ operators }) => operators.map((operator) => operator.node));
      expect(placed.toSorted()).toEqual(drawn.nodes.map(({ id }) => id).toSorted());
      for (const { operators, chained } of jobGraph.vertices) {
        const targets = chained.map(({ to }) => to);
        expect(
          operators
            .slice(1)
            .map((operator) => operator.node)
            .toSorted(),
        ).toEqual(targets.toSorted());
      }
    });
  });

  it('has every edge either inside a vertex or between two, always forward in their order', () => {
    ofEveryPlan(({ jobGraph }, drawn) => {
      const inside = jobGraph.vertices.flatMap(({ chained }) => chained.map((chainedEdge) => chainedEdge.edge));
      const between = jobGraph.edges.map((graphEdge) => graphEdge.edge);
      expect([...inside, ...between].toSorted()).toEqual(drawn.edges.map(({ id }) => id).toSorted());
      for (const { from, to } of jobGraph.edges) expect(Number(from.slice(1))).toBeLessThan(Number(to.slice(1)));
    });
  });

  it('lets an edge into a vertex reach its head only', () => {
    ofEveryPlan(({ jobGraph }) => {
      const heads = new Map(jobGraph.vertices.map((vertex) => [vertex.id, vertex.operators[0]?.node]));
      for (const { to, toNode } of jobGraph.edges) expect(heads.get(to)).toBe(toNode);
    });
  });

  it('gives every record a path, and every channel count that the partitioner wants', () => {
    ofEveryPlan(({ jobGraph, channels }) => {
      const size = new Map(jobGraph.vertices.map(({ id, parallelism }) => [id, parallelism]));
      for (const { edge: id, from, to, partitioner } of jobGraph.edges) {
        const [senders, receivers] = [size.get(from) ?? 0, size.get(to) ?? 0];
        const own = channels.filter((channel) => channel.edge === id);
        const pointwise = partitioner === 'forward' || partitioner === 'rescale';
        expect(own).toHaveLength(pointwise ? Math.max(senders, receivers) : senders * receivers);
        expect(new Set(own.map((channel) => channel.from)).size).toBe(senders);
        expect(new Set(own.map((channel) => channel.to)).size).toBe(receivers);
      }
    });
  });

  it('tells each subtask its channels, in order of the other side', () => {
    ofEveryPlan((graph) => {
      const plans = subtaskPlans(graph);
      expect(plans.map(({ id }) => id)).toEqual(graph.subtasks.map(({ id }) => id));
      for (const channel of graph.channels) {
        const [from, to] = [channel.from, channel.to].map((id) => plans.find((subtask) => subtask.id === id));
        const sent = from?.outputs.find((output) => output.edge.edge === channel.edge);
        const received = to?.inputs.find((input) => input.edge.edge === channel.edge);
        expect(sent?.channels[channel.fromIndex]).toBe(channel.id);
        expect(received?.channels[channel.toIndex]).toBe(channel.id);
      }
      const ends = plans.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].flatMap(({ channels }) => channels));
      expect(ends).toHaveLength(graph.channels.length * 2);
    });
  });

  it('is the same each time', () => {
    ofEveryPlan((graph, drawn) => {
      expect(plan(drawn)).toEqual(graph);
    });
  });

  it('can be cloned to a Worker', () => {
    const drawn = job([source, key, sink], ['a -> k', 'k -> z']);
    const plans = subtaskPlans(plan(drawn));
    expect(structuredClone(plans)).toEqual(plans);
  });

  it('sorts the inputs of a head by its ports', () => {
    const nodes = [source, node('b', 'source'), node('j', 'join', { params: { left: 'key' } }), sink];
    const plans = subtaskPlans(plan(job(nodes, ['a -> j.right', 'b -> j.left', 'j -> z'])));
    expect(plans.at(-1)?.inputs.map(({ edge: input }) => [input.edge, input.toPort])).toEqual([
      ['b -> j.left', 0],
      ['a -> j.right', 1],
    ]);
  });
});

/** Which chunk of a checkpoint goes to which subtask. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExecutionGraph } from '../../graph/plan.ts';
import { rangeOfSubtask } from '../../state/key-groups.ts';
import { processingTime } from '../../../base/units.ts';
import type { CheckpointMetadata, ChunkPlace } from '../../wire/checkpoints.ts';
import { chunk, planOf } from '../testing/driven.ts';
import { restoresOf } from './restores.ts';

/** A checkpoint of the graph with these places per subtask; a chunk's key tells subtask and place. */
function checkpointOf(
  graph: ExecutionGraph,
  places: Readonly<Record<string, readonly ChunkPlace[]>>,
  more: { finished?: readonly string[]; savepoint?: boolean } = {},
): CheckpointMetadata {
  return {
    version: 1,
    checkpoint: 7,
    savepoint: more.savepoint ?? false,
    mode: 'aligned',
    triggeredAt: processingTime(0),
    completedAt: processingTime(1),
    maxParallelism: graph.jobGraph.settings.maxParallelism,
    vertices: graph.jobGraph.vertices.map(({ id, parallelism, operators }) => {
      return { vertex: id, parallelism, nodes: operators.map(({ node }) => node) };
    }),
    subtasks: graph.subtasks.map(({ id, vertex, index }) => ({
      subtask: id,
      vertex,
      index,
      finished: more.finished?.includes(id) ?? false,
      handles: (places[id] ?? []).map((place) => chunk(`${id} ${Object.values(place).join(' ')}`, place)),
    })),
    stateBytes: 0,
  };
}

const restored = (checkpoint: CheckpointMetadata, graph: ExecutionGraph): Record<string, string[]> => {
  const result = restoresOf(checkpoint, graph);
  if (!result.ok) throw new Error(result.error);
  return Object.fromEntries([...result.value].map(([id, { handles }]) => [id, handles.map(({ key }) => key)]));
};
const mismatch = (checkpoint: CheckpointMetadata, graph: ExecutionGraph): string => {
  const result = restoresOf(checkpoint, graph);
  return result.ok ? 'fits' : result.error;
};

const operator = (node: string): ChunkPlace => ({ kind: 'operator', node });
const keyed = (group: number): ChunkPlace => ({ kind: 'keyed', group });
const timers = (group: number): ChunkPlace => ({ kind: 'timers', group });

/** `v` as a chain of these nodes. */
function chained(graph: ExecutionGraph, v: string, nodes: readonly string[]): ExecutionGraph {
  const vertices = graph.jobGraph.vertices.map((vertex) => {
    const [head] = vertex.operators;
    if (vertex.id !== v || head === undefined) return vertex;
    return { ...vertex, operators: nodes.map((node) => ({ ...head, node })) };
  });
  return { ...graph, jobGraph: { ...graph.jobGraph, vertices } };
}

describe('with the same graph', () => {
  const graph = planOf({ a: 2, b: 2 }, ['a→b']);

  test('each subtask gets what it wrote', () => {
    const checkpoint = checkpointOf(graph, {
      'a/0': [operator('a')],
      'a/1': [operator('a'), { kind: 'output', channel: 'a-b:1-0' }],
      'b/0': [keyed(0), timers(63), { kind: 'input', channel: 'a-b:1-0' }],
      'b/1': [keyed(64)],
    });
    expect(restored(checkpoint, graph)).toEqual({
      'a/0': ['a/0 operator a'],
      'a/1': ['a/1 operator a', 'a/1 output a-b:1-0'],
      'b/0': ['b/0 keyed 0', 'b/0 timers 63', 'b/0 input a-b:1-0'],
      'b/1': ['b/1 keyed 64'],
    });
  });

  test('says who wrote it, and how many there were', () => {
    const checkpoint = checkpointOf(graph, { 'a/1': [operator('a')] });
    const result = restoresOf(checkpoint, graph);
    expect(result.ok && result.value.get('a/1')).toMatchObject({
      checkpoint: 7,
      finished: false,
      parallelism: 2,
      handles: [{ from: 1 }],
    });
  });

  test('what had finished is finished, one subtask for itself', () => {
    const checkpoint = checkpointOf(graph, { 'a/1': [operator('a')] }, { finished: ['a/0'] });
    const result = restoresOf(checkpoint, graph);
    expect(result.ok && [...result.value].filter(([, { finished }]) => finished).map(([id]) => id)).toEqual(['a/0']);
  });

  test('chunks of a savepoint are only borrowed', () => {
    const borrowed = (savepoint: boolean) => {
      const result = restoresOf(checkpointOf(graph, {}, { savepoint }), graph);
      return result.ok && result.value.get('a/0')?.borrowed;
    };
    expect(borrowed(true)).toBe(true);
    expect(borrowed(false)).toBeUndefined();
  });
});

describe('with another parallelism', () => {
  test('every key group goes to its owner, once', () => {
    const parallelism = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(parallelism, parallelism, fc.integer({ min: 8, max: 40 }), (before, after, maxParallelism) => {
        const old = planOf({ a: before }, [], { maxParallelism });
        const now = planOf({ a: after }, [], { maxParallelism });
        const places = Object.fromEntries(
          old.subtasks.map(({ id, index }) => {
            const { start, end } = rangeOfSubtask(index, maxParallelism, before);
            const groups = Array.from({ length: end - start + 1 }, (_, i) => start + i);
            return [id, groups.flatMap((group) => [keyed(group), timers(group)])];
          }),
        );
        const given = restored(checkpointOf(old, places), now);
        const all: string[] = [];
        for (const [id, keys] of Object.entries(given)) {
          for (const key of keys) {
            const group = Number(key.split(' ').at(-1));
            expect(id).toBe(`a/${Math.floor((group * after) / maxParallelism)}`);
            all.push(key.split(' ').slice(1).join(' '));
          }
        }
        expect(all.length).toBe(2 * maxParallelism);
        expect(new Set(all).size).toBe(2 * maxParallelism);
      }),
      { numRuns: 100 },
    );
  });

  test('operator state of all old subtasks goes to every new one', () => {
    const checkpoint = checkpointOf(planOf({ a: 2 }, []), { 'a/0': [operator('a')], 'a/1': [operator('a')] });
    const given = restored(checkpoint, planOf({ a: 3 }, []));
    for (const id of ['a/0', 'a/1', 'a/2']) expect(given[id]).toEqual(['a/0 operator a', 'a/1 operator a']);
  });

  test.each([
    ['receiver', { a: 2, b: 3 }],
    ['sender', { a: 3, b: 2 }],
  ])('of the %s, in-flight data of both sides goes to every new receiver', (_, parallelisms) => {
    const checkpoint = checkpointOf(planOf({ a: 2, b: 2 }, ['a→b']), {
      'a/0': [{ kind: 'output', channel: 'a-b:0-1' }],
      'b/1': [{ kind: 'input', channel: 'a-b:0-1' }],
    });
    const graph = planOf(parallelisms, ['a→b']);
    const given = restored(checkpoint, graph);
    for (const { id, vertex } of graph.subtasks) {
      expect(given[id]).toEqual(vertex === 'b' ? ['a/0 output a-b:0-1', 'b/1 input a-b:0-1'] : []);
    }
  });

  test('a vertex that had finished altogether stays finished', () => {
    const checkpoint = checkpointOf(planOf({ a: 2 }, []), {}, { finished: ['a/0', 'a/1'] });
    const result = restoresOf(checkpoint, planOf({ a: 3 }, []));
    expect(result.ok && [...result.value.values()].every(({ finished }) => finished)).toBe(true);
  });

  test('a vertex that had finished in part cannot be changed', () => {
    const checkpoint = checkpointOf(planOf({ a: 2 }, []), {}, { finished: ['a/0'] });
    expect(mismatch(checkpoint, planOf({ a: 3 }, []))).toContain('“a” had finished in part');
  });

  test('max parallelism must be the same', () => {
    const checkpoint = checkpointOf(planOf({ a: 2 }, []), {});
    expect(mismatch(checkpoint, planOf({ a: 2 }, [], { maxParallelism: 64 }))).toBe(
      'max parallelism was 128 and is 64',
    );
  });
});

describe('with a changed job', () => {
  const graph = planOf({ a: 1, b: 1 }, ['a→b']);

  test('operators that are new start empty', () => {
    const given = restored(checkpointOf(graph, { 'b/0': [keyed(3)] }), planOf({ a: 1, b: 1, c: 1 }, ['a→b', 'a→c']));
    expect(given).toEqual({ 'a/0': [], 'b/0': ['b/0 keyed 3'] });
  });

  test('operators that are gone must have held nothing', () => {
    const without = planOf({ a: 1 }, []);
    expect(restored(checkpointOf(graph, { 'a/0': [operator('a')] }), without)).toEqual({ 'a/0': ['a/0 operator a'] });
    for (const place of [operator('b'), keyed(1), timers(1)]) {
      expect(mismatch(checkpointOf(graph, { 'b/0': [place] }), without)).toContain(
        'operator “b”, which the job no longer',
      );
    }
    const inFlight: ChunkPlace = { kind: 'input', channel: 'a-b:0-0' };
    expect(mismatch(checkpointOf(graph, { 'b/0': [inFlight] }), without)).toContain('connection “a-b”');
  });

  test('operators are found again when chains were broken up', () => {
    const old = chained(planOf({ v: 1 }, []), 'v', ['x', 'y']);
    const checkpoint = checkpointOf(old, { 'v/0': [operator('x'), operator('y'), keyed(5)] });
    expect(restored(checkpoint, planOf({ x: 1, y: 1 }, ['x→y']))).toEqual({
      'x/0': ['v/0 operator x', 'v/0 keyed 5'],
      'y/0': ['v/0 operator y'],
    });
  });

  test('keyed state cannot follow an operator into the middle of a chain', () => {
    const now = chained(planOf({ v: 1 }, []), 'v', ['a', 'b']);
    expect(restored(checkpointOf(graph, { 'b/0': [operator('b')] }), now)).toEqual({ 'v/0': ['b/0 operator b'] });
    expect(mismatch(checkpointOf(graph, { 'b/0': [keyed(1)] }), now)).toContain('chained behind another');
  });

  test('operators that were apart and of different parallelism may become one chain: state belongs to each', () => {
    const checkpoint = checkpointOf(planOf({ a: 1, b: 2 }, ['a→b']), {
      'a/0': [operator('a'), keyed(3)],
      'b/0': [operator('b')],
      'b/1': [operator('b')],
    });
    const now = chained(planOf({ v: 2 }, []), 'v', ['a', 'b']);
    expect(restored(checkpoint, now)).toEqual({
      // Of the one there was of a, both get its operator state; of b, each has its own.
      'v/0': ['a/0 operator a', 'a/0 keyed 3', 'b/0 operator b'],
      'v/1': ['a/0 operator a', 'b/1 operator b'],
    });
    const result = restoresOf(checkpoint, now);
    expect(result.ok && result.value.get('v/1')?.handles.map(({ from, of }) => `${from} of ${of}`)).toEqual([
      '0 of 1',
      '1 of 2',
    ]);
  });

  test('what had finished in part or on one side alone becomes no chain', () => {
    const apart = planOf({ a: 1, b: 2 }, ['a→b']);
    const now = (parallelism: number) => chained(planOf({ v: parallelism }, []), 'v', ['a', 'b']);
    const finished = (...ids: string[]) => checkpointOf(apart, {}, { finished: ids });
    expect(mismatch(finished('a/0', 'b/0', 'b/1'), now(1))).toBe('fits');
    expect(mismatch(finished('b/0'), now(1))).toContain('had finished in part');
    expect(mismatch(finished('a/0'), now(2))).toContain('which are one chain now, some had finished');
    expect(mismatch(finished('a/0', 'b/0'), now(2))).toContain('which are one chain now, some had finished');
  });

  test('what had finished is not fed by what runs', () => {
    const both = checkpointOf(graph, {}, { finished: ['a/0', 'b/0'] });
    expect(mismatch(both, graph)).toBe('fits');
    expect(mismatch(both, planOf({ a: 1, c: 1, b: 1 }, ['a→b', 'c→b']))).toBe(
      '“b” had finished, and “c” before it has not',
    );
  });

  test('what had come to its end and not yet finished goes on before what had finished', () => {
    expect(mismatch(checkpointOf(graph, {}, { finished: ['b/0'] }), graph)).toBe('fits');
  });
});

/** Failover regions; cases after Flink's RestartPipelinedRegionFailoverStrategyTest. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planOf } from '../testing/driven.ts';
import { regionsOf } from './regions.ts';

test('forward edges alone make one region for each chain of subtasks', () => {
  const regions = regionsOf(planOf({ a: 2, b: 2, c: 2 }, ['a=b', 'b=c']));
  expect(regions.get('b/0')).toEqual(['a/0', 'b/0', 'c/0']);
  expect(regions.get('c/1')).toEqual(['a/1', 'b/1', 'c/1']);
});

test('an edge that mixes subtasks joins them all', () => {
  const regions = regionsOf(planOf({ a: 2, b: 2, c: 2 }, ['a=b', 'b→c']));
  expect(regions.get('a/1')).toEqual(['a/0', 'a/1', 'b/0', 'b/1', 'c/0', 'c/1']);
});

test('parts of a job that have nothing to do with each other are regions of their own', () => {
  const regions = regionsOf(planOf({ a: 2, b: 1, x: 1, y: 1 }, ['a→b', 'x→y']));
  expect(regions.get('b/0')).toEqual(['a/0', 'a/1', 'b/0']);
  expect(regions.get('y/0')).toEqual(['x/0', 'y/0']);
});

test('a subtask without channels is alone', () => {
  expect(regionsOf(planOf({ a: 2 }, [])).get('a/1')).toEqual(['a/1']);
});

test('two sources that meet are one region', () => {
  const regions = regionsOf(planOf({ a: 1, b: 1, join: 1 }, ['a→join', 'b→join']));
  expect(regions.get('a/0')).toEqual(['a/0', 'b/0', 'join/0']);
});

test('regions split the subtasks, and no channel leaves one', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const edges = ids.flatMap((from, i) => ids.slice(i + 1).flatMap((to) => [`${from}→${to}`, `${from}=${to}`]));
  fc.assert(
    fc.property(
      fc.tuple(...ids.map(() => fc.integer({ min: 1, max: 4 }))),
      fc.subarray(edges, { maxLength: 4 }),
      (p, some) => {
        const graph = planOf(Object.fromEntries(ids.map((id, i) => [id, p[i] as number])), some);
        const regions = regionsOf(graph);
        for (const { id } of graph.subtasks) {
          expect(regions.get(id)).toContain(id);
          for (const other of regions.get(id) ?? []) expect(regions.get(other)).toBe(regions.get(id));
        }
        for (const { from, to } of graph.channels) expect(regions.get(from)).toBe(regions.get(to));
        // Not larger than needed: everything in a region is reached along channels.
        for (const { id } of graph.subtasks) {
          const reached = new Set([id]);
          for (const at of reached) {
            for (const { from, to } of graph.channels) {
              if (from === at) reached.add(to);
              if (to === at) reached.add(from);
            }
          }
          expect(new Set(regions.get(id))).toEqual(reached);
        }
      },
    ),
    { numRuns: 100 },
  );
});

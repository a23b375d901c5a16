/** Checks each edit by the job that it gives, what edits refuse, and that any row of edits leaves a consistent job. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import {
  addNode,
  connect,
  copySelection,
  duplicate,
  insertOnEdge,
  moveNodes,
  paste,
  removeEdges,
  removeNodes,
  setChaining,
  setCost,
  setName,
  setParallelism,
  setParam,
  setPartitioner,
  setSettings,
  setTitle,
  whyNotConnect,
} from './edits.ts';
import { emptyJob, jobLimits } from './job.ts';
import type { Job, NodeId } from './job.ts';
import { kinds, node } from './testing/kinds.ts';
import { edge, job } from './testing/short-jobs.ts';

const at = { x: 10, y: 20 };
const chain = job([node('n1', 'source'), node('n2', 'map'), node('n3', 'sink')], ['n1 -> n2', 'n2 -> n3']);
const out = (id: NodeId, port = 'out') => ({ node: id, port });
const into = (id: NodeId, port = 'in') => ({ node: id, port });

function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
const refusal = (result: { ok: boolean; error?: unknown }) => (result.ok ? null : result.error);

describe('edits', () => {
  it('add a node under a fresh short id with the title of its kind and nothing else set', () => {
    const { job: edited, node: id } = must(addNode(chain, kinds, { kind: 'keyBy', position: at }));
    expect(id).toBe('n4');
    expect(edited.nodes.at(-1)).toEqual(node('n4', 'keyBy', { name: 'Key by', position: at }));
  });

  it('remove nodes with all their edges', () => {
    const edited = removeNodes(chain, ['n2']);
    expect(edited.nodes.map(({ id }) => id)).toEqual(['n1', 'n3']);
    expect(edited.edges).toEqual([]);
  });

  it('connect ports, and remove edges again', () => {
    const apart = { ...chain, edges: [] };
    const { job: edited, edge: id } = must(connect(apart, kinds, out('n1'), into('n2'), 'rescale'));
    expect(edited.edges).toEqual([{ id: 'e1', from: out('n1'), to: into('n2'), partitioner: 'rescale' }]);
    expect(removeEdges(edited, [id])).toEqual(apart);
  });

  const wide = job(
    [node('a', 'source'), node('b', 'union'), node('c', 'map'), node('d', 'union'), node('f', 'future')],
    ['a -> b', 'b -> c', 'c -> d'],
  );

  it.each([
    ['an edge to itself', 'b', 'b', { code: 'cycle', node: 'b', details: { path: 'b → b' } }],
    ['an edge that closes a cycle', 'd', 'b', { code: 'cycle', details: { path: 'b → c → d → b' } }],
    [
      'a second edge to a port that takes one',
      'a',
      'c',
      { code: 'input-taken', node: 'c', details: { port: 'in', count: 2 } },
    ],
    ['the same edge again', 'a', 'b', { code: 'duplicate-edge' }],
    ['an edge to a node that is not there', 'a', 'nowhere', { code: 'dangling-edge' }],
    ['an edge into a source', 'b', 'a', { code: 'unknown-port', node: 'a' }],
    ['an edge to a kind that is not known', 'a', 'f', { code: 'unknown-kind', node: 'f' }],
  ])('refuse %s', (_, from, to, problem) => {
    expect(refusal(connect(wide, kinds, out(from), into(to)))).toMatchObject(problem);
    expect(whyNotConnect(wide, kinds, out(from), into(to))).toMatchObject(problem);
  });

  it('let a union take several edges', () => {
    expect(whyNotConnect(wide, kinds, out('b'), into('d'))).toBeNull();
  });

  it('set a parameter in its place, add it at the end, and take it out', () => {
    const once = setParam(setParam(chain, 'n2', 'a', 1), 'n2', 'b', 2);
    expect(JSON.stringify(setParam(once, 'n2', 'a', 3).nodes[1]?.params)).toBe('{"a":3,"b":2}');
    expect(JSON.stringify(setParam(once, 'n2', 'a', undefined).nodes[1]?.params)).toBe('{"b":2}');
  });

  it('set a parameter called __proto__ like any other', () => {
    const params = setParam(chain, 'n2', '__proto__', { polluted: true }).nodes[1]?.params ?? {};
    expect(Object.keys(params)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
  });

  it('set what else a node has, and leave the other nodes as they are', () => {
    const edited = setCost(
      setChaining(setParallelism(setName(chain, 'n2', 'Twice'), 'n2', 3), 'n2', 'head'),
      'n2',
      0.5,
    );
    expect(edited.nodes[1]).toEqual(
      node('n2', 'map', { name: 'Twice', parallelism: 3, chaining: 'head', costMs: 0.5 }),
    );
    expect(edited.nodes[0]).toBe(chain.nodes[0]);
    expect(edited.edges).toBe(chain.edges);
  });

  it('move nodes, and only those that move', () => {
    const edited = moveNodes(
      chain,
      new Map([
        ['n1', at],
        ['n2', { x: 0, y: 0 }],
      ]),
    );
    expect(edited.nodes[0]?.position).toEqual(at);
    expect(edited.nodes[1]).toBe(chain.nodes[1]);
  });

  it('set partitioners, settings, name and description', () => {
    expect(setPartitioner(chain, 'n1 -> n2', 'global').edges[0]?.partitioner).toBe('global');
    expect(setSettings(chain, { seed: 7 }).settings).toEqual({ ...chain.settings, seed: 7 });
    expect(setTitle(chain, { name: 'New' })).toEqual({ ...chain, name: 'New' });
  });

  it('duplicate a selection with the edges inside it, under fresh ids', () => {
    const { job: edited, nodes } = must(duplicate(chain, ['n2', 'n3'], { x: 5, y: 5 }));
    expect(nodes).toEqual(['n4', 'n5']);
    expect(edited.nodes.slice(3)).toEqual([
      { ...node('n4', 'map', { position: { x: 5, y: 5 } }), name: 'n2' },
      { ...node('n5', 'sink', { position: { x: 5, y: 5 } }), name: 'n3' },
    ]);
    expect(edited.edges.slice(2)).toEqual([{ ...edge('n4 -> n5'), id: 'e1' }]);
  });

  it('paste into another job, and leave out edges that lead nowhere', () => {
    const fragment = { ...copySelection(chain, ['n1', 'n2']), edges: chain.edges };
    const { job: edited } = must(paste(emptyJob, fragment));
    expect(edited.edges).toEqual([{ ...edge('n1 -> n2'), id: 'e1' }]);
  });

  it('insert a node on an edge, which keeps its id, place and partitioner', () => {
    const drawn = setPartitioner(job([...chain.nodes, node('n4', 'window')], chain.edges), 'n1 -> n2', 'rescale');
    const { job: edited } = must(insertOnEdge(drawn, kinds, 'n1 -> n2', 'n4'));
    expect(edited.edges).toEqual([
      { id: 'n1 -> n2', from: out('n1'), to: into('n4'), partitioner: 'rescale' },
      edge('n2 -> n3'),
      { id: 'e1', from: out('n4'), to: into('n2'), partitioner: 'auto' },
    ]);
  });

  it.each([
    ['a source', 's', 'unknown-port'],
    ['a sink', 'z', 'unknown-port'],
    ['a node of the edge itself', 'n2', 'cycle'],
    ['a node that is not there', 'x', 'unknown-port'],
  ])('do not insert %s on an edge', (_, id, code) => {
    const drawn = job([...chain.nodes, node('s', 'source'), node('z', 'sink')], chain.edges);
    expect(refusal(insertOnEdge(drawn, kinds, 'n1 -> n2', id))).toMatchObject({ code });
  });

  it('refuse to make a job larger than a job file may be', () => {
    const nodes = Array.from({ length: jobLimits.nodes }, (_, i) => node(`n${i}`, 'map'));
    const full = { code: 'job-full', details: { what: 'operators', count: 1_001, max: 1_000 } };
    expect(refusal(addNode(job(nodes, []), kinds, { kind: 'map', position: at }))).toEqual(full);
    expect(refusal(duplicate(job(nodes, []), ['n1']))).toEqual(full);
    const fan = Array.from({ length: jobLimits.edges }, (_, i) => ({ ...edge('n1 -> n2'), id: `x${i}` }));
    expect(refusal(connect(job(nodes, fan), kinds, out('n3'), into('n4')))).toMatchObject({ code: 'job-full' });
  });

  it('keep a job free of doubled ids, loose edges and cycles, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(), fc.nat()), { maxLength: 40 }), (script) => {
        const edited = script.reduce((drawn, [what, a, b]) => randomEdit(drawn, what, a, b), chain);
        const codes = analyse(edited, kinds).problems.map(({ code }) => code);
        for (const code of [
          'duplicate-id',
          'dangling-edge',
          'duplicate-edge',
          'cycle',
          'input-taken',
          'unknown-port',
        ]) {
          expect(codes).not.toContain(code);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function randomEdit(drawn: Job, what: number, a: number, b: number): Job {
  const pick = (n: number) => drawn.nodes[n % Math.max(1, drawn.nodes.length)]?.id ?? '';
  const pickEdge = drawn.edges[a % Math.max(1, drawn.edges.length)]?.id ?? '';
  const given = { kind: [...kinds.keys()][a % kinds.size] ?? '', position: at };
  const results = [
    () => addNode(drawn, kinds, given),
    () => connect(drawn, kinds, out(pick(a)), into(pick(b))),
    () => connect(drawn, kinds, out(pick(a)), into(pick(b))),
    () => duplicate(drawn, [pick(a), pick(b)]),
    () => insertOnEdge(drawn, kinds, pickEdge, pick(b)),
  ];
  if (what === 5) return removeNodes(drawn, [pick(a)]);
  if (what === 6) return removeEdges(drawn, [pickEdge]);
  const result = results[what]?.();
  return result?.ok ? result.value.job : drawn;
}

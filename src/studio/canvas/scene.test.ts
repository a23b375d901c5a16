/** The scene: what stands where for a job on each level, and where pipes meet lanes. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../engine/graph/analyse.ts';
import { defaultSettings, type Job, type JobEdge, type JobNode } from '../../engine/graph/job.ts';
import type { OperatorKind } from '../../engine/graph/kind.ts';
import { isKeyless, parallelismOf } from '../../engine/graph/partitioning.ts';
import { planJob } from '../../engine/graph/translate.ts';
import { plainStream } from '../../engine/graph/schema.ts';
import { ok } from '../../base/result.ts';
import * as z from 'zod/mini';
import { entryHeight, handleY, headHeight, laneHeight, slotOf } from './metrics.ts';
import { sceneOf } from './scene.ts';
import type { Scene, SceneInput, SceneLevel, SceneNode } from './scene-parts.ts';

const columns = plainStream([{ name: 'origin', type: 'string' }]);
const common = { summary: '', icon: 'map', params: z.object({}), describe: () => 'as tested' } as const;
const kinds = new Map<string, OperatorKind>(
  (
    [
      {
        ...common,
        kind: 'source',
        title: 'Source',
        family: 'source',
        inputs: [],
        outputs: [{ name: 'out' }],
        derive: () => ok([columns]),
      },
      {
        ...common,
        kind: 'map',
        title: 'Map',
        family: 'transform',
        inputs: [{ name: 'in' }],
        outputs: [{ name: 'out' }],
        derive: (_: object, [type]) => ok([type ?? columns]),
      },
      {
        ...common,
        kind: 'key',
        title: 'Key by',
        family: 'transform',
        inputs: [{ name: 'in' }],
        outputs: [{ name: 'out' }],
        derive: (_: object, [type]) => ok([{ schema: (type ?? columns).schema, key: ['origin'] }]),
      },
      {
        ...common,
        kind: 'count',
        title: 'Count',
        family: 'transform',
        inputs: [{ name: 'in', keyed: true }],
        outputs: [{ name: 'out' }, { name: 'late', side: true }],
        derive: () => ok([columns, columns]),
      },
      {
        ...common,
        kind: 'window',
        title: 'Window',
        family: 'time',
        inputs: [{ name: 'in', keyed: 'either' }],
        outputs: [{ name: 'out' }],
        derive: () => ok([columns]),
      },
      {
        ...common,
        kind: 'sink',
        title: 'Sink',
        family: 'sink',
        inputs: [{ name: 'in', many: true }],
        outputs: [],
        derive: () => ok([]),
      },
    ] satisfies OperatorKind<object>[]
  ).map((kind) => [kind.kind, kind as OperatorKind]),
);

const node = (id: string, kind: string, parallelism: number, x: number, y: number): JobNode => ({
  id,
  kind,
  name: `${id} ${kind}`,
  params: {},
  parallelism,
  chaining: 'always',
  costMs: 0,
  position: { x, y },
});
const edge = (id: string, from: string, to: string, port = 'out'): JobEdge => ({
  id,
  from: { node: from, port },
  to: { node: to, port: 'in' },
  partitioner: 'auto',
});

/** A source (2) → key by (2) ⇒ count (3) → sink (1), and the late output of count → another sink (1). */
const job: Job = {
  name: 'test',
  description: '',
  nodes: [
    node('d', 'sink', 1, 900, 0),
    node('a', 'source', 2, 0, 0),
    node('b', 'key', 2, 300, 0),
    node('c', 'count', 3, 600, 0),
    node('e', 'sink', 1, 900, 400),
  ],
  edges: [edge('e1', 'a', 'b'), edge('e2', 'b', 'c'), edge('e3', 'c', 'd'), edge('e4', 'c', 'e', 'late')],
  settings: defaultSettings,
  faults: [],
  script: '',
};

function scene(level: SceneLevel, given: Job = job, toggled: readonly string[] = []): Scene {
  const planned = planJob(given, kinds);
  const analysis = analyse(given, kinds);
  const input: SceneInput = {
    job: given,
    kinds,
    problems: analysis.problems,
    parallelism: new Map(
      given.nodes.map((one) => [
        one.id,
        parallelismOf(one, kinds.get(one.kind), given.settings, analysis.types.get(one.id)?.inputs),
      ]),
    ),
    keyless: new Set(
      given.nodes
        .filter((one) => isKeyless(kinds.get(one.kind), analysis.types.get(one.id)?.inputs))
        .map(({ id }) => id),
    ),
    outputs: new Map([...analysis.types].flatMap(([id, { outputs }]) => (outputs === null ? [] : [[id, outputs]]))),
    graph: planned.ok ? planned.value : null,
    level,
    toggled: new Set(toggled),
  };
  return sceneOf(input);
}

const nodeOf = (of: Scene, id: string): SceneNode => of.nodes.find((one) => one.id === id) as SceneNode;
const pipesOf = (of: Scene, id: string) => of.edges.find((one) => one.id === id)?.pipes ?? [];

describe('a window', () => {
  const ends = [node('a', 'source', 2, 0, 0), node('z', 'sink', 1, 900, 0)];
  const window = node('w', 'window', 2, 600, 0);
  const keyless: Job = {
    ...job,
    nodes: [...ends, window],
    edges: [edge('e1', 'a', 'w'), edge('e2', 'w', 'z')],
  };
  const keyed: Job = {
    ...job,
    nodes: [...ends, node('k', 'key', 2, 300, 0), window],
    edges: [edge('e1', 'a', 'k'), edge('e2', 'k', 'w'), edge('e3', 'w', 'z')],
  };

  test('without a key says on its card that it is of all records, in one subtask, and how it would be otherwise', () => {
    const { subtitle, parallelism, parallelismNote } = nodeOf(scene('logical', keyless), 'w');
    expect({ subtitle, parallelism }).toEqual({ subtitle: 'all records · as tested', parallelism: 1 });
    expect(parallelismNote).toContain('Put a Key by in front');
    const vertex = scene('job', keyless).nodes.find(({ node: head }) => head === 'w');
    expect(vertex?.parallelismNote).toBe(parallelismNote);
    expect(vertex?.rows[0]?.subtitle).toBe('all records · as tested');
  });

  test('by key says nothing of the kind', () => {
    const { subtitle, parallelism, parallelismNote } = nodeOf(scene('logical', keyed), 'w');
    expect({ subtitle, parallelism, parallelismNote }).toEqual({
      subtitle: 'as tested',
      parallelism: 2,
      parallelismNote: '',
    });
  });
});

describe('the logical level', () => {
  test('gives each subtask a lane, below the head and at even distances', () => {
    const count = nodeOf(scene('logical'), 'c');
    expect(count.lanes.map((lane) => lane.index)).toEqual([0, 1, 2]);
    expect(count.lanes.map((lane) => lane.y)).toEqual([0.5, 1.5, 2.5].map((row) => headHeight + row * laneHeight));
    expect(count.height).toBeGreaterThanOrEqual(headHeight + 3 * laneHeight);
  });

  test('draws one pipe per channel of a hash edge: every sender to every receiver', () => {
    const ids = pipesOf(scene('logical'), 'e2').map((pipe) => pipe.id);
    expect(ids.toSorted()).toEqual(['e2:0-0', 'e2:0-1', 'e2:0-2', 'e2:1-0', 'e2:1-1', 'e2:1-2']);
  });

  test('draws a chained edge as a link without pipes and says why it was chained', () => {
    const link = scene('logical').edges.find((one) => one.id === 'e1');
    expect(link).toMatchObject({ chained: true, pipes: [], tag: 'chained' });
    expect(link?.note).toContain('function call');
  });

  test('meets the lanes of both ends with each pipe', () => {
    const made = scene('logical');
    const [from, to] = [nodeOf(made, 'b'), nodeOf(made, 'c')];
    for (const pipe of pipesOf(made, 'e2')) {
      const [sender, receiver] = pipe.id.slice(3).split('-').map(Number) as [number, number];
      expect(pipe.start.x).toBe(from.width);
      expect(pipe.end.x).toBe(0);
      expect(Math.abs(pipe.start.y - (from.lanes[sender]?.y ?? 0))).toBeLessThan(laneHeight / 2);
      expect(Math.abs(pipe.end.y - (to.lanes[receiver]?.y ?? 0))).toBeLessThan(laneHeight / 2);
    }
  });

  test('gives no two pipes the same place on a lane, in the order of where they lead', () => {
    const pipes = pipesOf(scene('logical'), 'e2');
    const ends = pipes.map((pipe) => `${pipe.end.y}`);
    expect(new Set(ends).size).toBe(ends.length);
    const from0 = pipes.filter((pipe) => pipe.id.startsWith('e2:0-'));
    const starts = from0.toSorted((a, b) => a.end.y - b.end.y).map((pipe) => pipe.start.y);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test('keeps pipes of one lane apart by more than their width', () => {
    for (const count of [1, 2, 3, 4, 8]) {
      const slots = Array.from({ length: count }, (_, i) => slotOf(i, count));
      slots.slice(1).forEach((slot, i) => expect(slot.offset - (slots[i]?.offset ?? 0)).toBeGreaterThan(slot.width));
      expect(Math.abs(slots[0]?.offset ?? 0) + (slots[0]?.width ?? 0) / 2).toBeLessThanOrEqual(laneHeight / 2);
    }
  });

  test('collapses a node to one lane and its edges to one pipe that stands for all channels', () => {
    const made = scene('logical', job, ['c']);
    expect(nodeOf(made, 'c').lanes.map((lane) => lane.index)).toEqual([null]);
    expect(pipesOf(made, 'e2')).toHaveLength(1);
    expect(pipesOf(made, 'e2')[0]?.channels).toHaveLength(6);
  });

  test('shows up to four subtasks by itself, more only when asked', () => {
    const wide = { ...job, nodes: job.nodes.map((one) => (one.id === 'c' ? { ...one, parallelism: 5 } : one)) };
    expect(nodeOf(scene('logical', wide), 'c').lanes).toHaveLength(1);
    expect(nodeOf(scene('logical', wide, ['c']), 'c').lanes).toHaveLength(5);
  });

  test('has nodes in topological order, which is the order of the Tab key', () => {
    expect(scene('logical').nodes.map((one) => one.id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('marks side outputs and keyed inputs, and tells what flows at a port', () => {
    const count = nodeOf(scene('logical'), 'c');
    expect(count.outputs.map((port) => [port.name, port.side])).toEqual([
      ['out', false],
      ['late', true],
    ]);
    expect(count.inputs[0]).toMatchObject({ keyed: true, connected: true, type: 'origin string · by origin' });
    expect(scene('logical').edges.find((one) => one.id === 'e4')?.side).toBe(true);
  });

  test('draws a job that cannot be planned, with its problems at their nodes', () => {
    const broken = { ...job, edges: job.edges.filter((one) => one.id !== 'e2') };
    const made = scene('logical', broken);
    expect(nodeOf(made, 'c').problems.map((problem) => problem.code)).toContain('unconnected-input');
    expect(pipesOf(made, 'e3')).toHaveLength(1);
  });

  test('is drawn instead of the other levels while there is no plan', () => {
    expect(scene('execution', { ...job, edges: [] }).level).toBe('logical');
  });

  test('keeps a node of an unknown kind with the ports that its edges name', () => {
    const future = { ...job, nodes: job.nodes.map((one) => (one.id === 'c' ? { ...one, kind: 'timeTravel' } : one)) };
    const unknown = nodeOf(scene('logical', future), 'c');
    expect(unknown.subtitle).toContain('timeTravel');
    expect(unknown.outputs.map((port) => port.name)).toEqual(['out', 'late']);
  });

  test('keeps the handles of one side apart and on the card, however many there are', () => {
    for (const count of [1, 2, 3, 5, 9]) {
      const heights = Array.from({ length: count }, (_, i) => handleY(i, count, 100));
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(6);
      expect(Math.max(...heights)).toBeLessThanOrEqual(94);
      for (const [i, y] of heights.slice(1).entries()) expect(y - (heights[i] as number)).toBeGreaterThanOrEqual(8);
    }
    expect(handleY(4, 5, 100) - handleY(3, 5, 100)).toBeGreaterThanOrEqual(14);
  });

  test('shows an edge from a port that is gone, with the port that it names, so that it can be deleted', () => {
    const edges = job.edges.map((one) => (one.id === 'e4' ? { ...one, from: { node: 'c', port: 'gone' } } : one));
    const made = scene('logical', { ...job, edges });
    expect(nodeOf(made, 'c').outputs.map((port) => port.name)).toEqual(['out', 'late', 'gone']);
    expect(made.edges.find((one) => one.id === 'e4')).toMatchObject({
      side: true,
      problems: [{ code: 'unknown-port', details: { port: 'gone' } }],
    });
  });

  test('names edges by their operators', () => {
    expect(scene('logical').edges.map((one) => one.label)).toContain('Edge from b key to c count');
  });
});

describe('the job level', () => {
  test('puts chained operators into one box and says why', () => {
    const made = scene('job');
    const chained = made.nodes.find((one) => one.rows.length === 2);
    expect(chained?.rows.map((row) => row.node)).toEqual(['a', 'b']);
    expect(chained?.rows[1]?.chained).toContain('function call');
    expect(made.nodes).toHaveLength(4);
  });

  test('says in every vertex why its chain begins there, once for all edges of one reason', () => {
    const made = scene('job');
    for (const one of made.edges) expect(one.note).toMatch(/^Not chained: /);
    for (const node of made.nodes) {
      const edges = made.edges.filter((one) => one.to === node.id);
      expect(node.entries.flatMap((entry) => entry.from)).toHaveLength(edges.length);
      expect(new Set(node.entries.map((entry) => entry.reason))).toEqual(new Set(edges.map((one) => one.note)));
      expect(node.lanes[0]?.y).toBeGreaterThan(headHeight + node.entries.length * entryHeight);
    }
    const keyed = made.edges.find((one) => one.id === 'e2');
    expect(made.nodes.find((one) => one.id === keyed?.to)?.entries).toMatchObject([{ partitioner: 'hash' }]);
  });

  test('lays vertices out from left to right along the edges, without overlap', () => {
    const made = scene('job');
    for (const one of made.edges) {
      expect(nodeOf(made, one.from).position.x + nodeOf(made, one.from).width).toBeLessThan(
        nodeOf(made, one.to).position.x,
      );
    }
    expectNoOverlap(made);
  });

  test('keeps the vertical order in which the person drew the operators', () => {
    const made = scene('job');
    const sinks = made.nodes.filter((one) => ['d', 'e'].includes(one.node));
    const [upper, lower] = sinks.toSorted((a, b) => a.position.y - b.position.y);
    expect([upper?.node, lower?.node]).toEqual(['d', 'e']);
  });
});

describe('the execution level', () => {
  test('has one node per subtask and one edge with one pipe per channel', () => {
    const made = scene('execution');
    expect(made.nodes).toHaveLength(2 + 3 + 1 + 1);
    expect(made.edges).toHaveLength(6 + 3 + 3);
    for (const one of made.edges) expect(one.pipes.map((pipe) => pipe.id)).toEqual([one.id]);
  });

  test('names subtasks by vertex and index', () => {
    expect(scene('execution').nodes.map((one) => one.title)).toContain('c count 2');
  });

  test('lays subtasks out without overlap', () => {
    expectNoOverlap(scene('execution'));
  });
});

function expectNoOverlap({ nodes }: Scene): void {
  nodes.forEach((a, i) =>
    nodes.slice(i + 1).forEach((b) => {
      const apart =
        a.position.x + a.width <= b.position.x ||
        b.position.x + b.width <= a.position.x ||
        a.position.y + a.height <= b.position.y ||
        b.position.y + b.height <= a.position.y;
      expect(apart, `${a.title} and ${b.title}`).toBe(true);
    }),
  );
}

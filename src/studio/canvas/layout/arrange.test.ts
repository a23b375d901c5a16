/** Automatic layout: stacks of chained operators, columns from left to right, nothing over another. */
import ELK from 'elkjs/lib/main.js';
import { describe, expect, test } from 'vitest';
import { cardWidth, linkGap, stackGap } from '../metrics.ts';
import type { Scene, SceneEdge, SceneNode } from '../scene-parts.ts';
import { elkGraph, placesOf } from './arrange.ts';
import { stackHeight, stacksOf } from './stacks.ts';

const node = (id: string, lanes = 2): SceneNode =>
  ({
    id,
    width: cardWidth,
    height: 56 + lanes * 44,
    lanes: [{ y: 74 }, { y: 118 }].slice(0, lanes),
  }) as unknown as SceneNode;

/** `a-b` is chained, `a=b` has channels. */
function scene(nodes: string, edges: string): Scene {
  return {
    level: 'logical',
    nodes: nodes.split(' ').map((id) => node(id)),
    edges: edges.split(' ').map((text, i): SceneEdge => {
      const [from = '', to = ''] = text.split(/[-=]/);
      return { id: `e${i}`, edge: `e${i}`, from, to, chained: text.includes('-') } as unknown as SceneEdge;
    }),
  };
}

async function arranged(of: Scene) {
  const stacks = stacksOf(of);
  return placesOf(of, stacks, await new ELK().layout(elkGraph(of, stacks)));
}

describe('stacks', () => {
  test('are chains from top to bottom', () => {
    const stacks = stacksOf(scene('a b c d', 'a-b b=c c-d'));
    expect(stacks.map((stack) => stack.map(({ id }) => id))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('go on with the first of several chained successors', () => {
    const stacks = stacksOf(scene('a b c d', 'a-b a-c c-d'));
    expect(stacks.map((stack) => stack.map(({ id }) => id))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('are as high as their nodes and the gaps between', () => {
    expect(stackHeight([node('a'), node('b', 1)])).toBe(144 + stackGap + 100);
  });
});

describe('the layout', () => {
  test('puts chained operators under each other and receivers to the right of senders', async () => {
    const places = await arranged(scene('a b c d', 'a-b b=c c-d'));
    const at = (id: string) => places.get(id) ?? { x: Number.NaN, y: Number.NaN };
    expect(at('a').x).toBe(at('b').x);
    expect(at('b').y).toBe(at('a').y + 144 + stackGap);
    expect(at('c').x).toBeGreaterThanOrEqual(at('b').x + cardWidth + 150);
  });

  test('lays nothing over another in a wide job', async () => {
    const places = await arranged(scene('a b c d e f g h', 'a=c b=c c=d c=e c=f d=g e=g f=h a=h'));
    const all = [...places.values()];
    expect(all).toHaveLength(8);
    all.forEach((one, i) =>
      all.slice(i + 1).forEach((other) => {
        expect(Math.abs(one.x - other.x) >= cardWidth || Math.abs(one.y - other.y) >= 144).toBe(true);
      }),
    );
  });

  test('keeps columns close that only links join', async () => {
    const places = await arranged(scene('a b c', 'a-b a-c'));
    const [a, c] = [places.get('a'), places.get('c')];
    expect((c?.x ?? 0) - (a?.x ?? 0)).toBe(cardWidth + linkGap);
  });

  test('gives every node a place, also one without edges', async () => {
    expect((await arranged({ ...scene('a b', 'a=b'), nodes: [node('a'), node('b'), node('alone')] })).size).toBe(3);
  });
});

/** Adding operators with the keyboard: each goes behind the last, connected, in sight and on no other. */
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyJob } from '../../engine/graph/job.ts';
import { replaceDocument, undo } from '../document/commands.ts';
import { currentJob } from '../document/document-store.ts';
import { addOperator } from './add-operator.ts';
import { placeUnder, provideSight } from './canvas-place.ts';
import { clearSelection, copySelection, deleteSelection, paste, select } from './commands.ts';
import { initialSession, sessionStore } from './session-store.ts';

beforeEach(() => {
  replaceDocument('test', emptyJob);
  sessionStore.setState(initialSession, true);
});

const names = () => currentJob().nodes.map(({ name }) => name);
const edges = () => currentJob().edges.map(({ from, to }) => `${from.node}→${to.node}`);

describe('adding without a place', () => {
  test('builds a connected line, each one step of undo', () => {
    for (const kind of ['generator', 'filter', 'table']) addOperator(kind);
    expect(edges()).toEqual(['n1→n2', 'n2→n3']);
    undo();
    expect(names()).toEqual(['Generator', 'Filter']);
    expect(edges()).toEqual(['n1→n2']);
  });

  test('behind nothing, or a source behind something, stands alone in the middle of what is in sight', () => {
    const stop = provideSight(() => ({ x: 1000, y: 2000, width: 800, height: 400 }));
    addOperator('filter');
    addOperator('generator');
    stop();
    expect(edges()).toEqual([]);
    const [first] = currentJob().nodes;
    expect(first?.position.x).toBeGreaterThan(1000);
    expect(first?.position.y).toBeGreaterThan(2000);
  });

  test('never covers another operator', () => {
    for (let i = 0; i < 12; i++) {
      clearSelection();
      addOperator('generator');
    }
    const { nodes } = currentJob();
    for (const a of nodes)
      for (const b of nodes) {
        if (a === b) continue;
        const apart = Math.abs(a.position.x - b.position.x) >= 200 || Math.abs(a.position.y - b.position.y) >= 100;
        expect(apart).toBe(true);
      }
  });

  test('gives a name of its own, and selects what was added', () => {
    for (let i = 0; i < 3; i++) addOperator('map', { at: { x: i, y: 0 } });
    expect(names()).toEqual(['Map', 'Map 2', 'Map 3']);
    expect(sessionStore.getState().selection.nodes).toEqual(['n3']);
  });

  test('a kind that does not exist is not added', () => {
    expect(addOperator('fromTheFuture')).toBeNull();
    expect(names()).toEqual([]);
  });
});

test('an operator dropped on an edge goes in between, as one step', () => {
  addOperator('generator');
  addOperator('table');
  addOperator('filter', { at: { x: 5, y: 5 }, onEdge: currentJob().edges[0]?.id ?? '' });
  expect(edges().toSorted()).toEqual(['n1→n3', 'n3→n2']);
  undo();
  expect(edges()).toEqual(['n1→n2']);
});

test('pasting twice moves further each time and keeps the edges among what was copied', () => {
  addOperator('generator');
  addOperator('filter');
  select(['n1', 'n2']);
  expect(copySelection()).toBe(2);
  paste();
  paste();
  expect(edges()).toEqual(['n1→n2', 'n3→n4', 'n5→n6']);
  const at = (i: number) => currentJob().nodes[i]?.position.x ?? 0;
  expect(at(4) - at(2)).toBe(at(2) - at(0));
  expect(sessionStore.getState().selection.nodes).toEqual(['n5', 'n6']);
});

test('deleting the selection leaves nothing selected', () => {
  addOperator('generator');
  deleteSelection();
  expect(names()).toEqual([]);
  expect(sessionStore.getState().selection.nodes).toEqual([]);
});

test('a point of the page is found on the canvas, whatever the zoom', () => {
  const stop = provideSight(() => ({ x: 100, y: 0, width: 1600, height: 800 }));
  const frame = { left: 200, top: 50, width: 800, height: 400 } as DOMRectReadOnly;
  expect(placeUnder(frame, 600, 250)).toEqual({ x: 900, y: 400 });
  stop();
  expect(placeUnder(frame, 600, 250)).toBeNull();
});

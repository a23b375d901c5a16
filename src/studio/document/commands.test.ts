/** The document's commands: whatever a person does can be undone to the start and redone to the end. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultSettings, emptyJob, type Job, type JobNode } from '../../engine/graph/job.ts';
import {
  addFault,
  addNode,
  addNodeBehind,
  changeFault,
  connect,
  copyNodes,
  deleteParts,
  describeJob,
  duplicateNodes,
  endGesture,
  insertIntoEdge,
  layOut,
  moveNodes,
  pasteNodes,
  redo,
  redoParam,
  removeFault,
  renameJob,
  renameNode,
  replaceDocument,
  setChaining,
  setCost,
  setJobSetting,
  setParallelism,
  setParam,
  setParams,
  setPartitioner,
  undo,
  undoParam,
} from './commands.ts';
import { currentJob, documentStore, nodeOf } from './document-store.ts';
import { coalesceMs, historyLimit } from './history.ts';

const node = (id: string, kind: string, x: number): JobNode => ({
  id,
  kind,
  name: id,
  params: {},
  parallelism: null,
  chaining: 'always',
  costMs: 0,
  position: { x, y: 0 },
});

const kill = {
  kind: 'crash-worker',
  target: { kind: 'node', node: 'n1' },
  when: { kind: 'now' },
  params: {},
  times: 1,
} as const;

const start: Job = {
  ...emptyJob,
  nodes: [node('n1', 'generator', 0), node('n2', 'filter', 300), node('n3', 'table', 600)],
  edges: [{ id: 'e1', from: { node: 'n1', port: 'out' }, to: { node: 'n2', port: 'in' }, partitioner: 'auto' }],
};

const history = () => documentStore.getState().history;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  replaceDocument('test', start);
});
afterEach(() => {
  vi.useRealTimers();
});

/** One command with arguments drawn from `a` and `b`; ids may not exist, and edits may be refused. */
const steps: readonly ((a: number, b: number) => void)[] = [
  (a, b) =>
    addNode({ kind: ['generator', 'map', 'keyBy', 'table', 'fromTheFuture'][a % 5] ?? '', position: { x: a, y: b } }),
  (a) => addNodeBehind({ kind: 'map', position: { x: a, y: a } }, { node: `n${a % 6}`, port: 'out' }, 'in'),
  (a, b) => moveNodes(new Map([[`n${a % 6}`, { x: b, y: a }]]), b % 2 === 0 ? 'drag' : null),
  (a, b) => layOut(new Map(currentJob().nodes.map(({ id }, i) => [id, { x: i * a, y: b }]))),
  (a, b) => connect({ node: `n${a % 6}`, port: 'out' }, { node: `n${b % 6}`, port: 'in' }),
  (a, b) => deleteParts([`n${a % 6}`], b % 2 === 0 ? [`e${b % 4}`] : []),
  (a) => deleteParts([], [`e${a % 5}`]),
  (a, b) => pasteNodes(copyNodes([`n${a % 6}`, `n${b % 6}`]), { x: a, y: b }),
  (a) => duplicateNodes([`n${a % 6}`]),
  (a) => addFault({ ...kill, times: a }),
  (a, b) => changeFault(`f${a % 4}`, { times: b }),
  (a) => removeFault(`f${a % 4}`),
  (a, b) => renameNode(`n${a % 6}`, `name ${b}`),
  (a, b) => setParam(`n${a % 6}`, ['rate', 'function', '__proto__'][b % 3] ?? '', b),
  (a, b) => setParams(`n${a % 6}`, { rate: b, keys: a }),
  (a, b) => setParallelism(`n${a % 6}`, b % 3 === 0 ? null : b),
  (a, b) => setChaining(`n${a % 6}`, (['always', 'head', 'never'] as const)[b % 3] ?? 'always'),
  (a, b) => setCost(`n${a % 6}`, b),
  (a, b) => setPartitioner(`e${a % 5}`, b % 2 === 0 ? 'broadcast' : 'auto'),
  (a) => renameJob(`job ${a}`),
  (a) => describeJob(`what ${a}`),
  (a) => setJobSetting('bufferRecords', a),
  () => endGesture(),
];

const doings = fc.array(
  fc.record({
    step: fc.nat(steps.length - 1),
    a: fc.nat(40),
    b: fc.nat(40),
    pause: fc.constantFrom(0, 10, coalesceMs + 1),
  }),
  { maxLength: 60 },
);

describe('undo', () => {
  test('takes any sequence of commands back to the start, and redo brings it to the end', () => {
    fc.assert(
      fc.property(doings, (sequence) => {
        replaceDocument('test', start);
        const seen: Job[] = [];
        for (const { step, a, b, pause } of sequence) {
          vi.advanceTimersByTime(pause);
          steps[step]?.(a, b);
          seen.push(currentJob());
        }
        const end = currentJob();
        let undone = 0;
        while (undo() !== null) {
          undone += 1;
          // Each stop on the way back is a job that was on screen, or the start.
          expect([start, ...seen]).toContainEqual(currentJob());
        }
        expect(currentJob()).toEqual(start);
        for (let i = 0; i < undone; i++) redo();
        expect(redo()).toBeNull();
        expect(currentJob()).toEqual(end);
      }),
      { numRuns: 300 },
    );
  });

  test('brings back the very objects, so that views see nothing else change', () => {
    setCost('n1', 5);
    undo();
    expect(currentJob().nodes).toBe(start.nodes);
  });

  test('changes of the same drag are one step, those of the next another', () => {
    for (let x = 1; x <= 50; x++) moveNodes(new Map([['n1', { x, y: 0 }]]), 'first');
    endGesture();
    moveNodes(new Map([['n1', { x: 99, y: 0 }]]), 'first');
    expect(history().past).toHaveLength(2);
    undo();
    expect(currentJob().nodes[0]?.position).toEqual({ x: 50, y: 0 });
    undo();
    expect(currentJob()).toEqual(start);
  });

  test('typing in one field is one step until it rests', () => {
    renameNode('n1', 'F');
    renameNode('n1', 'Fl');
    vi.advanceTimersByTime(coalesceMs + 1);
    renameNode('n1', 'Flights');
    expect(history().past).toHaveLength(2);
    expect(undo()).toBe('Rename operator');
    expect(currentJob().nodes[0]?.name).toBe('Fl');
  });

  test('typing in another field between keeps both apart', () => {
    setParam('n1', 'rate', 1);
    setParam('n1', 'keys', 2);
    setParam('n1', 'rate', 3);
    expect(history().past).toHaveLength(3);
  });

  test('a change after an undo forgets what could be redone', () => {
    renameJob('a');
    undo();
    setCost('n1', 5);
    expect(redo()).toBeNull();
    expect(currentJob().name).toBe(emptyJob.name);
  });

  test('adding an operator into an edge is one step', () => {
    addNode({ kind: 'map', position: { x: 0, y: 0 } });
    insertIntoEdge({ ...currentJob(), edges: [] });
    expect(undo()).toBe('Add Map');
    expect(currentJob()).toEqual(start);
    redo();
    expect(currentJob().edges).toEqual([]);
    expect(currentJob().nodes).toHaveLength(4);
  });

  test('the history holds at most its limit, and what it holds can still be undone', () => {
    for (let i = 0; i < historyLimit + 20; i++) {
      vi.advanceTimersByTime(coalesceMs + 1);
      setCost('n1', i + 1);
    }
    expect(history().past).toHaveLength(historyLimit);
    while (undo() !== null);
    expect(currentJob().nodes[0]?.costMs).toBe(20);
  });
});

describe('a command that changes nothing', () => {
  test.each([
    ['moving to where it stands', () => moveNodes(new Map([['n1', { x: 0, y: 0 }]]))],
    ['the same name', () => renameNode('n1', 'n1')],
    ['the same parallelism', () => setParallelism('n1', null)],
    ['the same setting', () => setJobSetting('chaining', defaultSettings.chaining)],
    ['the same partitioner', () => setPartitioner('e1', 'auto')],
    ['deleting what is not there', () => deleteParts(['n99'], ['e99'])],
    ['a parameter of an operator that is not there', () => setParam('n99', 'rate', 1)],
    ['pasting nothing', () => pasteNodes({ nodes: [], edges: [] }, { x: 0, y: 0 })],
  ])('leaves no trace: %s', (_, command) => {
    command();
    expect(currentJob()).toBe(start);
    expect(history().past).toHaveLength(0);
  });
});

describe('undo in the editor of one parameter', () => {
  test('takes back its own text and nothing else', () => {
    renameNode('n1', 'before');
    setParam('n1', 'rate', 7);
    undoParam('n1', 'count');
    expect(nodeOf(currentJob(), 'n1')?.params['rate']).toBe(7);
    undoParam('n1', 'rate');
    expect(nodeOf(currentJob(), 'n1')?.params['rate']).not.toBe(7);
    undoParam('n1', 'rate');
    expect(nodeOf(currentJob(), 'n1')?.name).toBe('before');
    redoParam('n1', 'rate');
    expect(nodeOf(currentJob(), 'n1')?.params['rate']).toBe(7);
  });

  test('does not take back what a deletion took with it', () => {
    setParam('n1', 'rate', 7);
    deleteParts(['n1'], []);
    undoParam('n1', 'rate');
    expect(nodeOf(currentJob(), 'n1')).toBeUndefined();
  });
});

describe('an edit that a rule forbids', () => {
  test('gives the problem and changes nothing', () => {
    const refused = connect({ node: 'n2', port: 'out' }, { node: 'n2', port: 'in' });
    expect(refused.ok).toBe(false);
    expect(currentJob()).toBe(start);
  });
});

test('an unchanged example stops being one with the first change, also if that is undone', () => {
  replaceDocument('x', start, 'flights');
  expect(documentStore.getState().pristineExample).toBe('flights');
  renameJob('mine');
  undo();
  expect(documentStore.getState().pristineExample).toBeNull();
});

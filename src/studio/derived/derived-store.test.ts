/** What follows from the document: once per change that matters, and not for moves. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyJob, type Job } from '../../engine/graph/job.ts';
import { gallery } from '../../gallery/list.ts';
import { moveNodes, renameJob, replaceDocument, setParam, undo } from '../document/commands.ts';
import { initialSession, sessionStore } from '../session/session-store.ts';
import { derivedStore, followDocument, provideCompileCheck, runBlockOf } from './derived-store.ts';

const flights = gallery[0]?.job as Job;
const source = flights.nodes.find(({ kind }) => kind === 'file')?.id ?? '';
let stop = () => {};

beforeEach(() => {
  sessionStore.setState(initialSession, true);
  replaceDocument('test', flights);
  stop = followDocument();
});
afterEach(() => stop());

const now = () => derivedStore.getState();

test('moving operators and naming the job compute nothing anew', () => {
  const before = now();
  moveNodes(new Map([[source, { x: 5, y: 5 }]]));
  renameJob('another');
  expect(now()).toBe(before);
});

test('an error takes the plan away and says why Run is refused; undoing it brings the plan back', () => {
  expect(runBlockOf(now())).toBeNull();
  setParam(source, 'resource', '');
  expect(now().plan).toBeNull();
  expect(runBlockOf(now())).toContain('No file or data set is chosen.');
  undo();
  expect(now().plan).not.toBeNull();
});

test('an empty job cannot run and says so', () => {
  replaceDocument('empty', emptyJob);
  expect(runBlockOf(now())).toBe('Cannot run: The job has no operators.');
});

test('a job of more subtasks than a page can hold is refused before its Workers are started', () => {
  const at = { chaining: 'always', costMs: 0, position: { x: 0, y: 0 } } as const;
  const ids = Array.from({ length: 17 }, (_, i) => `n${i}`);
  const nodes = ids.map((id, i) => {
    const kind = i === 0 ? 'generator' : i === ids.length - 1 ? 'table' : 'union';
    return { id, name: id, kind, params: {}, parallelism: null, ...at };
  });
  const edges = ids.slice(1).map((id, i) => {
    const from = { node: ids[i] ?? '', port: 'out' };
    return { id: `e${i}`, from, to: { node: id, port: 'in' }, partitioner: 'rebalance' } as const;
  });
  const wide = (parallelism: number): Job => ({
    ...emptyJob,
    nodes,
    edges,
    settings: { ...emptyJob.settings, parallelism },
  });
  replaceDocument('wide', wide(7));
  expect(now().plan?.subtasks).toHaveLength(7 * 17);
  replaceDocument('wider', wide(8));
  expect(now().plan).toBeNull();
  expect(runBlockOf(now())).toBe(
    'Cannot run: The job runs as 136 subtasks, each in a Worker of its own; a page can hold 128.',
  );
});

test('a file is missed only once the files of earlier visits have been looked up', () => {
  setParam(source, 'resource', 'file:mine.csv');
  expect(now().plan).not.toBeNull();
  sessionStore.setState({ filesReady: true });
  expect(now().analysis.problems.map(({ code }) => code)).toContain('resource-gone');
  const resource = { name: 'file:mine.csv', format: 'csv', content: new Blob(['a']) } as const;
  sessionStore.setState({ files: [{ resource, schema: [], bytes: 1 }] });
  expect(now().plan).not.toBeNull();
});

test('functions are compiled once each, as soon as the compiler is there', () => {
  const asked: string[] = [];
  provideCompileCheck((text) => {
    asked.push(text);
    return text.includes('wrong') ? { line: 1, reason: 'it is wrong' } : null;
  });
  const filter = flights.nodes.find(({ kind }) => kind === 'filter')?.id ?? '';
  setParam(filter, 'function', '(row) => wrong');
  expect(now().analysis.problems.map(({ code }) => code)).toContain('function-syntax');
  setParam(source, 'idleTimeoutMs', 5);
  expect(asked.length).toBe(new Set(asked).size);
  provideCompileCheck(() => null);
});

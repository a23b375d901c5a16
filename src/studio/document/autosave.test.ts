/** Autosave: what is changed is stored, soon, once, and never lost silently. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyJob } from '../../engine/graph/job.ts';
import type { StoredDocument } from '../storage/database.ts';
import { startAutosave, type Autosave } from './autosave.ts';
import { renameJob, replaceDocument, undo } from './commands.ts';
import { documentStore } from './document-store.ts';

/** A store and a clock by hand. */
function world() {
  const stored: StoredDocument[] = [];
  const waiting = new Set<() => void>();
  let refuse = false;
  const autosave = startAutosave({
    put: async (document) => {
      if (refuse) throw new Error('the disk is full');
      stored.push(document);
    },
    text: (job) => job.name,
    now: () => 1000,
    later: (task) => {
      waiting.add(task);
      return () => waiting.delete(task);
    },
  });
  const elapse = async () => {
    const due = [...waiting];
    waiting.clear();
    for (const task of due) task();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { stored, waiting, autosave, elapse, setRefusing: (next: boolean) => (refuse = next) };
}

let running: Autosave | null = null;
const begin = () => {
  const made = world();
  running = made.autosave;
  return made;
};

beforeEach(() => replaceDocument('a', { ...emptyJob, name: 'first' }));
afterEach(() => running?.stop());

const saved = () => documentStore.getState().saved;

describe('autosave', () => {
  test('writes once after a run of changes, and says so', async () => {
    const { stored, waiting, elapse } = begin();
    renameJob('b');
    renameJob('bc');
    renameJob('bcd');
    expect(saved()).toBe('saving');
    expect(waiting.size).toBe(1);
    await elapse();
    expect(stored.map(({ id, text }) => [id, text])).toEqual([['a', 'bcd']]);
    expect(saved()).toBe('saved');
  });

  test('stores an undo like any other change', async () => {
    const { stored, elapse } = begin();
    renameJob('b');
    await elapse();
    undo();
    await elapse();
    expect(stored.map(({ text }) => text)).toEqual(['b', 'first']);
  });

  test('a job that was only opened is not written', async () => {
    const { stored, autosave } = begin();
    replaceDocument('b', { ...emptyJob, name: 'opened' });
    await autosave.flush();
    expect(stored).toEqual([]);
    expect(autosave.unsaved()).toBeNull();
  });

  test('when the browser refuses, it says so, tries again, and has the text ready', async () => {
    const { stored, elapse, setRefusing, autosave } = begin();
    setRefusing(true);
    renameJob('b');
    await elapse();
    expect(saved()).toBe('failed');
    expect(autosave.unsaved()).toMatchObject({ id: 'a', text: 'b', savedAt: 1000 });
    setRefusing(false);
    await elapse();
    expect(stored.map(({ text }) => text)).toEqual(['b']);
    expect(saved()).toBe('saved');
    expect(autosave.unsaved()).toBeNull();
  });

  test('flushing before another document is opened leaves nothing behind', async () => {
    const { stored, autosave, elapse } = begin();
    renameJob('b');
    await autosave.flush();
    replaceDocument('c', emptyJob);
    await elapse();
    expect(stored.map(({ id, text }) => [id, text])).toEqual([['a', 'b']]);
  });

  test('a change made while it writes is written too', async () => {
    const { stored, autosave, elapse } = begin();
    renameJob('b');
    const writing = autosave.flush();
    renameJob('c');
    await writing;
    expect(saved()).toBe('saving');
    await elapse();
    expect(stored.at(-1)?.text).toBe('c');
    expect(saved()).toBe('saved');
  });
});

/** Who may edit a document: told by the browser's locks, however slow it is. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { claimDocument } from './claim.ts';

/** Locks as browsers have them, which take a while to be granted. */
class SlowLocks {
  readonly held = new Set<string>();
  private readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  async request(name: string, { signal }: LockOptions, then: (lock: object | null) => unknown): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.ms));
    signal?.throwIfAborted();
    if (this.held.has(name)) {
      await then(null);
      return;
    }
    this.held.add(name);
    await then({ name });
    this.held.delete(name);
  }
}

let locks: SlowLocks;

beforeEach(() => {
  vi.useFakeTimers();
  locks = new SlowLocks(2000);
  vi.stubGlobal('navigator', { locks });
  // By the test's clock, too.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ms);
    return controller.signal;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function claim(id: string): Promise<boolean> {
  const claimed = claimDocument(id);
  await vi.advanceTimersByTimeAsync(60_000);
  return claimed;
}

test('a document that nobody has is claimed, although the browser takes seconds to say so', async () => {
  expect(await claim('a')).toBe(true);
  expect([...locks.held]).toEqual(['weir.document.a']);
});

test('the document before is let go', async () => {
  await claim('a');
  expect(await claim('b')).toBe(true);
  await vi.advanceTimersByTimeAsync(5000);
  expect([...locks.held]).toEqual(['weir.document.b']);
});

test('a document that another tab has is not claimed, and the one before is kept', async () => {
  await claim('a');
  locks.held.add('weir.document.b');
  expect(await claim('b')).toBe(false);
  expect(locks.held.has('weir.document.a')).toBe(true);
});

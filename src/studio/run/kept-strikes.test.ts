/** A fault of the script that is used up does not strike again after the page was loaded anew. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fault } from '../../engine/graph/faults.ts';
import type { ClusterView, FaultView } from '../../engine/telemetry/cluster-view.ts';
import { faultsLeft, keepStrikes } from './kept-strikes.ts';

const fault = (id: string, kind: string, times: number): Fault => ({
  id,
  kind,
  target: { kind: 'page' },
  when: { kind: 'at', ms: 1 },
  params: {},
  times,
});
const struck = (of: Fault, times: number): [string, FaultView] => [
  of.id,
  {
    fault: of,
    strikes: Array.from({ length: Math.min(times, 100) }, () => ({ at: 0, text: '' })),
    struck: times,
    removed: false,
  } as unknown as FaultView,
];
const view = (...faults: [string, FaultView][]): ClusterView => ({ faults: new Map(faults) }) as unknown as ClusterView;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('what has struck is subtracted, and what is used up is left out', () => {
  const [a, b, c] = [fault('a', 'hang', 1), fault('b', 'hang', 5), fault('c', 'hang', 2)];
  keepStrikes('run', view(struck(a, 1), struck(b, 2), struck(c, 0)));
  expect(faultsLeft('run', [a, b, c])).toEqual([{ ...b, times: 3 }, c]);
  expect(faultsLeft('another run', [a])).toEqual([a]);
});

test('a reload is the strike of the fault that reloads, of which nobody could be told', () => {
  expect(faultsLeft('run', [fault('a', 'reload-page', 1)])).toEqual([]);
  for (const left of [[{ times: 2 }], [{ times: 1 }], []])
    expect(faultsLeft('another run', [fault('a', 'reload-page', 3)])).toMatchObject(left);
});

test('what is kept and cannot be read counts as nothing', () => {
  sessionStorage.setItem('weir:strikes:run', '{"a": "x"');
  expect(faultsLeft('run', [fault('a', 'hang', 1)])).toHaveLength(1);
});

test('strikes of all lives of a run add up, over any number of reloads', async () => {
  const [a, b] = [fault('a', 'hang', 1), fault('b', 'hang', 3)];
  keepStrikes('long run', view(struck(a, 1), struck(b, 1)));
  for (const [left, strikes] of [
    [2, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    vi.resetModules();
    const page = await import('./kept-strikes.ts');
    expect(page.faultsLeft('long run', [a, b])).toEqual([{ ...b, times: left }]);
    page.keepStrikes('long run', view(struck(b, strikes)));
  }
  vi.resetModules();
  const last = await import('./kept-strikes.ts');
  expect(last.faultsLeft('long run', [a, b])).toEqual([]);
});

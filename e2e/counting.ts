/** A job that counts: every number comes once, so nothing about losses has to be believed. */
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { Studio } from './studio.ts';

export interface Counting {
  readonly mode: 'off' | 'at-least-once' | 'aligned' | 'unaligned';
  readonly sink: 'table' | 'transactionalTable' | 'postgres';
  readonly count: number;
  /** Per second and subtask of the source, of which there are two. */
  readonly rate: number;
}

/** Numbers 0 … count-1 through a keyed exchange: the text of a job file. */
export function counting({ mode, sink, count, rate }: Counting): string {
  const node = (id: string, kind: string, params: object, x: number, chaining = 'always') => ({
    id,
    kind,
    name: id,
    params,
    chaining,
    position: { x, y: 0 },
  });
  const edge = (id: string, from: string, to: string) => ({
    id,
    from: { node: from, port: 'out' },
    to: { node: to, port: 'in' },
  });
  return JSON.stringify({
    version: 1,
    name: `Counting, ${mode}`,
    settings: {
      checkpointMode: mode,
      checkpointIntervalMs: 700,
      bufferRecords: 64,
      restartStrategy: 'fixed-delay',
      restartAttempts: 10_000,
      restartDelayMs: 50,
    },
    nodes: [
      node('Numbers', 'generator', { rate, count }, 0),
      node('ByKey', 'keyBy', { columns: ['key'] }, 400),
      node('Keep', 'filter', {}, 800, 'head'),
      node('Sink', sink, sink === 'postgres' ? { table: 'numbers' } : {}, 1200, 'never'),
    ],
    edges: [edge('e1', 'Numbers', 'ByKey'), edge('e2', 'ByKey', 'Keep'), edge('e3', 'Keep', 'Sink')],
  });
}

export async function openJob(page: Page, text: string): Promise<Studio> {
  const studio = new Studio(page);
  await studio.openEmpty();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await (await chooser).setFiles({
    name: 'counting.weir.json',
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  });
  await expect(studio.operator('Sink')).toBeVisible();
  await studio.unbounded();
  return studio;
}

export async function finished(studio: Studio, timeout: number): Promise<void> {
  await expect(studio.state).toHaveText(/^(finished|failed|cancelled)$/, { timeout });
  await expect(studio.state).toHaveText('finished');
}

/** What reached the sink, in order. */
export const numbersOf = async (studio: Studio): Promise<number[]> => {
  const rows = await studio.results();
  return rows.map((row) => Number(row['sequence'])).toSorted((a, b) => a - b);
};
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** Waits until so many checkpoints of the run have completed. */
export async function completed(page: Page, checkpoints: number): Promise<void> {
  const last = page.getByRole('button', { name: /^Checkpoints: \d+ completed/ });
  const number = async (): Promise<number> =>
    Number(/\d+/.exec((await last.getAttribute('aria-label', { timeout: 1000 }).catch(() => null)) ?? '')?.[0] ?? 0);
  await expect.poll(number, { timeout: 60_000 }).toBeGreaterThanOrEqual(checkpoints);
}

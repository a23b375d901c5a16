/** The swarm in small, and every schedule that it once found to fail. The long way is `weir sim`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { guarantees } from './drawing.ts';
import { runCase } from './run-case.ts';
import { swarm } from './swarm.ts';
import type { SwarmCase } from './swarm-case.ts';

const folder = fileURLToPath(new URL('regressions/', import.meta.url));
const regressions = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as { name: string; case: SwarmCase },
);

test.each(regressions)('$name', async ({ case: given }) => {
  expect((await runCase(given)).findings).toEqual([]);
});

test('under 500 schedules of faults every guarantee holds', async () => {
  const so = await swarm({ from: 1, schedules: 500 });
  expect(so.failures).toEqual([]);
  // It was no walk in the park.
  expect(Object.keys(so.byGuarantee)).toHaveLength(guarantees.length);
  expect(so.strikes).toBeGreaterThan(300);
  expect(so.recoveries).toBeGreaterThan(200);
  expect(so.checkpoints).toBeGreaterThan(500);
});

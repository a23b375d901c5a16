/** A job's script on the page: played step by step, told as the command line tells it; its mistakes, and its end by hand. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { examplesOf } from '../src/cli/testing/document.ts';
import { Studio } from './studio.ts';
import { openExample } from './time-plot.ts';

const document = readFileSync(fileURLToPath(new URL('../src/cli/SCRIPT.md', import.meta.url)), 'utf8');
/** A session over a failure, and at another parallelism. */
const session = examplesOf(document)[1] ?? { job: '', script: '', printed: '' };

interface JobFile {
  readonly nodes: readonly { readonly id: string }[];
}

async function openScript(page: Page, job: object, script: string): Promise<Studio> {
  const studio = new Studio(page);
  await studio.openEmpty();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await (await chooser).setFiles({
    name: 'scripted.weir.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ ...job, script })),
  });
  await expect(studio.operator('sum')).toBeVisible();
  return studio;
}

const steps = (page: Page): Locator => page.getByRole('list', { name: 'Steps and what came of them' });
const stepOf = (page: Page, name: string): Locator =>
  steps(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name, exact: true }) });
const outcome = (page: Page): Locator => page.getByRole('status', { name: 'Outcome of the script' });
const text = (page: Page): Locator => page.getByRole('textbox', { name: 'Script of the sources' });

test('a script is played on the page and prints what weir run prints, each line below its cause', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const studio = await openScript(page, JSON.parse(session.job) as object, session.script);
  await studio.inspector.getByRole('button', { name: 'Run script' }).click();
  const printed = session.printed.trim().split('\n');
  const taken = printed.filter((line) => line.startsWith('>'));
  await expect(outcome(page)).toHaveText(`Played: ${taken.length} steps, ${printed.length} lines.`);

  const joined = stepOf(page, '8 > in: w12');
  await expect(joined).toContainText(/sum\/1pane\s*a\s*\[0, 13\)\s*\{"sum":7\}@12\s*on time, index 0/);
  await page.getByRole('button', { name: 'Copy all' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(session.printed);

  // A step marks its line of the script, a line marks its steps; arrows go on.
  await joined.getByRole('button', { name: '8 > in: w12' }).click();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('button', { name: '7 > restore parallelism=2' })).toBeFocused();
  await expect(page.getByRole('button', { name: '7 > restore parallelism=2' })).toHaveAttribute('aria-current', 'step');
  await text(page).focus();
  await page.keyboard.press('Control+Home');
  await expect(page.getByRole('button', { name: '1 > in: a=1@0' })).toHaveAttribute('aria-current', 'step');

  await page.getByRole('combobox', { name: 'Kind of the lines' }).selectOption('Panes');
  await expect(steps(page).getByRole('button', { name: / > / })).toHaveCount(1);
  await expect(joined).toBeVisible();
});

test('what is wrong with a script is said with its line, and goes when it is mended', async ({ page }) => {
  await openScript(page, JSON.parse(session.job) as object, 'in: a=1@0\nin: w9');
  await page.getByRole('tab', { name: 'Script' }).click();
  await text(page).fill('in: a=1@0\nin: ((\ncheckpoint');
  await expect(page.getByRole('alert')).toContainText('Line 2, column 5: “((” cannot be read');
  await expect(text(page)).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Run script' }).first().click();
  await expect(outcome(page)).toHaveText('Not played: the script is wrong.');
  await text(page).fill('in: a=1@0\nin: w9');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await text(page).press('Control+Enter');
  await expect(stepOf(page, '2 > in: w9')).toContainText(/pane\s*a\s*\[0, 5\)\s*\{"sum":1\}@4\s*on time, index 0/);
});

test('a function that loops without end is stopped, at the step at which it began to', async ({ page }) => {
  const columns = [
    { name: 'key', type: 'string' },
    { name: 'value', type: 'int' },
  ];
  const processElement = '(row, ctx, out) => { if (row.value === 13) while (true) {} out.collect(row); }';
  const given = JSON.parse(session.job) as JobFile;
  const nodes = given.nodes.map((node) =>
    node.id === 'sum' ? { id: 'sum', kind: 'process', params: { processElement, columns } } : node,
  );
  await openScript(page, { ...given, nodes }, 'in: a=1@0\nin: a=13@9\nin: a=2@9');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill('run script');
  await page.keyboard.press('Enter');
  await expect(outcome(page)).toHaveText('Playing line 2…');
  // The page goes on meanwhile.
  await expect(stepOf(page, '1 > in: a=1@0')).toContainText('record');
  await page.getByRole('button', { name: 'Stop script' }).click();
  await expect(page.getByRole('alert')).toHaveText('Stopped in line 2, at “a=13@9”.');
  await text(page).fill('in: a=1@0');
  await text(page).press('Control+Enter');
  await expect(outcome(page)).toHaveText(/^Played: 1 step, /);
});

test('a job of the gallery brings its script along, and shows what leaves by which side output', async ({ page }) => {
  const studio = await openExample(page, 'Arrivals, sorted');
  await page.getByRole('tab', { name: 'Script', exact: true }).click();
  await expect(text(page)).toContainText('reports: AF9=31@14min');
  await page.getByRole('button', { name: 'Run script' }).first().click();
  await expect(outcome(page)).toHaveText(/^Played: 16 steps, /);
  const came = (name: RegExp): Locator =>
    steps(page)
      .getByRole('listitem')
      .filter({ has: page.getByRole('button', { name }) });
  // Behind the watermark of 15 min it is late, though its delay is the greatest so far.
  await expect(came(/ > Reports: AF9=31@14min$/)).toContainText(/Sort\/\d\s*side late/);
  await expect(came(/ > Reports: \{"flight":"BA2"\}/)).toContainText(/side diverted/);
  await expect(came(/ > fail sort$/)).toContainText('restored from checkpoint 1');
  // Read again behind the failure, and counted once.
  await expect(came(/ >> Reports: AF3=17@25min$/)).toContainText(/side delayed.*"nth":1/);
  await expect(came(/ > Reports: AF5=60@32min$/)).toContainText(/side delayed.*"nth":2/);
  // The page's own run plays the source's timeline instead.
  await studio.unbounded();
  await expect(studio.state).toHaveText('finished', { timeout: 60_000 });
});

/** State and “Why?” in real Workers: a key is found where it lives, and its window says why it waits. */
import { expect, test } from '@playwright/test';
import { openJob } from './counting.ts';

const columns = [
  { name: 'key', type: 'string' },
  { name: 'n', type: 'int' },
];
const node = (id: string, kind: string, params: object, x: number, parallelism = 1) => {
  return { id, kind, name: id, params, parallelism, position: { x, y: 0 } };
};
const edge = (from: string, to: string) => {
  return { id: `${from}-${to}`, from: { node: from, port: 'out' }, to: { node: to, port: 'in' } };
};

/** Two keys in two subtasks; the script then waits for a long time, and the window with it. */
const job = JSON.stringify({
  version: 1,
  name: 'Why',
  nodes: [
    node('Script', 'scripted', { columns, timeline: 'a=1@1 b=2@2 a=3@4 w5 +600s |' }, 0),
    node('ByKey', 'keyBy', { columns: ['key'] }, 350),
    node('Sums', 'tumblingWindow', { sizeMs: 10, aggregates: [{ function: 'sum', column: 'n', as: 'n' }] }, 700, 2),
    node('Sink', 'table', {}, 1050),
  ],
  edges: [edge('Script', 'ByKey'), edge('ByKey', 'Sums'), edge('Sums', 'Sink')],
});

test('a key is found where it lives, and its window says why it waits', async ({ page }) => {
  await openJob(page, job);
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await page.getByRole('tab', { name: 'State', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find a key' }).fill('a');
  // Java's "a".hashCode() is 97, and Flink's murmurHash(97) % 128 is 81, which is the second half.
  await expect(page.getByRole('status', { name: 'Where the key lives' })).toHaveText(
    'a → hash 97 → key group 81 of 128 → subtask 1',
  );
  const table = page.getByRole('table', { name: 'State of subtask 1' });
  await expect(table).toContainText('n 4');
  await page.getByRole('button', { name: 'Why? Window [0, 10) of a' }).click();
  const answer = page.getByRole('status', { name: 'Why?' });
  await expect(answer).toHaveText(
    /^Window \[0, 10\) of a waits: it fires when the watermark reaches 9; watermark 5 = its only channel; it is Script split 0, last event 4, watermarks as its script says, active/,
  );
  const steps = page.getByRole('list', { name: 'Chain of causes' });
  await steps.getByRole('button', { name: /^Script split 0/ }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the operator' })).toHaveValue('Script');
});

test('the ladder tells who holds the watermark, down to the split', async ({ page }) => {
  await openJob(page, job);
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await page.getByRole('tab', { name: 'Watermarks', exact: true }).click();
  await page.getByRole('button', { name: 'Why? Watermark of Sums 0' }).click();
  await expect(page.getByRole('status', { name: 'Why?' })).toHaveText(
    /^Sums 0: watermark 5 = its only channel; it is Script split 0, last event 4, watermarks as its script says, active/,
  );
});

/** What the page says of a watermark is in a popover: the card is where one asks. */
test('a card on the canvas says why its watermark stands where it does', async ({ page }) => {
  const studio = await openJob(page, job);
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await studio.operator('Sums').hover();
  await page.getByRole('button', { name: 'Why? Watermark of Sums', exact: true }).click();
  await expect(page.getByRole('status', { name: 'Why?' })).toHaveText(
    /^Sums [01]: watermark 5 = its only channel; it is Script split 0, last event 4, watermarks as its script says, active/,
  );
  const steps = page.getByRole('list', { name: 'Chain of causes' });
  await steps.getByRole('button', { name: /^Script split 0/ }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the operator' })).toHaveValue('Script');
});

const keyless = JSON.stringify({
  version: 1,
  name: 'All records',
  nodes: [
    node('Script', 'scripted', { columns, timeline: 'a=1@1 b=2@2 a=3@4 w5 +600s |' }, 0),
    node('All', 'tumblingWindow', { sizeMs: 10, aggregates: [{ function: 'sum', column: 'n', as: 'n' }] }, 350),
    node('Sink', 'table', {}, 700),
  ],
  edges: [edge('Script', 'All'), edge('All', 'Sink')],
});

test('a window without a key has one state, and no key to look for', async ({ page }) => {
  await openJob(page, keyless);
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await page.getByRole('tab', { name: 'State', exact: true }).click();
  await expect(page.getByRole('table', { name: 'State of subtask 0' })).toContainText('n 6');
  await expect(page.getByText('no key: one state for all records')).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Find a key' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Why? Window [0, 10) of all records' }).click();
  await expect(page.getByRole('status', { name: 'Why?' })).toHaveText(
    /^Window \[0, 10\) of all records waits: it fires when the watermark reaches 9; watermark 5 = its only channel/,
  );
  await page.keyboard.press('Escape');
  // The source keeps where it goes on: three records and a watermark are played.
  await page.getByRole('combobox', { name: 'Operator', exact: true }).selectOption({ label: 'Script' });
  await expect(page.getByRole('table', { name: 'Operator state of subtask 0' })).toContainText('position 4');
});

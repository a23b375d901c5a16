/** What a function returns beside the columns that there are for it is said while it is written, and else while it runs. */
import { expect, test } from '@playwright/test';
import { openJob } from './counting.ts';
import { Studio } from './studio.ts';

test('a field without a column is told in the form as it is written, and at the operator once the job runs', async ({
  page,
}) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  const palette = page.getByRole('navigation', { name: 'Operators' });
  const search = palette.getByRole('searchbox', { name: 'Find an operator' });
  for (const name of ['Scripted source', 'Map', 'Table']) {
    await search.fill(name);
    await palette.getByRole('button', { name, exact: true }).press('Enter');
  }
  const form = await studio.select('Map');
  const source = form.getByRole('textbox', { name: 'Function' });
  await form.getByRole('textbox', { name: 'Name of column 1' }).fill('key');
  await source.fill('(row) => ({ key: "a", extra: 1 })');
  const told = form.getByText('The function returns “extra”, for which there is no output column');
  await expect(told).toBeVisible();
  // The text no longer shows it: only the run can tell.
  await source.fill('(row) => Object.assign({ key: "a" }, { extra: 1 })');
  await expect(told).toHaveCount(0);
  await studio.runToEnd();
  await expect(told).toHaveCount(1);
  await expect(
    studio.operator('Map').getByRole('button', { name: /1 problem of Map: The function returns “extra”/ }),
  ).toBeVisible();
  await page.getByRole('tab', { name: 'Log', exact: true }).click();
  await expect(page.getByRole('log', { name: 'Event log' }).getByText('The function returns “extra”')).toHaveCount(1);
  // It is about what ran: the next change takes it away.
  await source.fill('(row) => Object.assign({ key: "a" }, {})');
  await expect(told).toHaveCount(0);
});

test('of a reduce function it is told against the columns of its records, of which a window writes the key', async ({
  page,
}) => {
  const node = (id: string, kind: string, x: number, params: object) => {
    return { id, kind, name: id, params, position: { x, y: 0 } };
  };
  const edge = (from: string, to: string) => ({ from: { node: from, port: 'out' }, to: { node: to, port: 'in' } });
  const nodes = [
    node('Script', 'scripted', 0, { timeline: 'a=1@1 a=2@2 |' }),
    node('ByKey', 'keyBy', 300, { columns: ['key'] }),
    node('Window', 'tumblingWindow', 600, { function: 'reduce', sizeMs: 10 }),
    node('Sink', 'table', 900, {}),
  ];
  const edges = [edge('Script', 'ByKey'), edge('ByKey', 'Window'), edge('Window', 'Sink')];
  const studio = await openJob(page, JSON.stringify({ version: 2, nodes, edges }));
  const form = await studio.select('Window');
  const source = form.getByRole('textbox', { name: 'Reduce' });
  await source.fill('(a, b) => ({ value: a.value + b.value, most: 1 })');
  const told = form.getByText('The function returns “most”, which the records that it combines do not have');
  await expect(told).toBeVisible();
  await expect(form.getByText('The function does not return')).toHaveCount(0);
  await source.fill('(a, b) => Object.assign({ most: 1 }, a)');
  await expect(told).toHaveCount(0);
  await studio.runToEnd();
  await expect(told).toHaveCount(1);
  await expect(studio.operator('Window').getByRole('button', { name: /1 problem of Window: .*“most”/ })).toBeVisible();
});

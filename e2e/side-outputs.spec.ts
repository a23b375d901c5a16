/** Side outputs by tag: declared in the form, drawn as edges, and each with its own records in a sink of its own. */
import { expect, test } from '@playwright/test';
import { openJob } from './counting.ts';

const columns = [
  { name: 'key', type: 'string' },
  { name: 'n', type: 'int' },
];
const node = (id: string, kind: string, x: number, y: number, params: object = {}) => {
  return { id, kind, name: id, params, parallelism: 1, position: { x, y } };
};
const edge = (from: string, to: string, port = 'out') => ({ from: { node: from, port }, to: { node: to } });

/** The second tag that the function emits to is not declared yet. */
const processElement = `(row, ctx, out) => {
  out.collect(row.n);
  if (row.n < 0) ctx.output('refused', row);
  else if (row.n % 2 === 0) ctx.output('even', row);
}`;
const job = JSON.stringify({
  version: 2,
  name: 'Two tags',
  nodes: [
    node('Script', 'scripted', 0, 0, { columns, timeline: 'a=1@1 a=2@2 b=-3@3 b=4@4 a=-5@5 |' }),
    node('ByKey', 'keyBy', 300, 0, { columns: ['key'] }),
    node('Split', 'process', 600, 0, { processElement, sideOutputs: [{ tag: 'refused', columns: [] }] }),
    node('Sink', 'table', 950, -60),
    node('Refused', 'table', 950, 90),
    node('Even', 'table', 950, 240),
  ],
  edges: [edge('Script', 'ByKey'), edge('ByKey', 'Split'), edge('Split', 'Sink'), edge('Split', 'Refused', 'refused')],
});

test('a second side output is declared, connected, and has its own records', async ({ page }) => {
  const studio = await openJob(page, job);
  const inspector = await studio.select('Split');
  await expect(inspector.getByText('side output “even”, which is not declared (there are: refused)')).toBeVisible();
  await inspector.getByRole('button', { name: 'Add side output' }).click();
  const tag = inspector.getByRole('textbox', { name: 'Tag of side output 2' });
  await tag.fill('refused');
  await expect(inspector.getByText('two side outputs have the tag “refused”')).toBeVisible();
  await tag.fill('even');
  await tag.press('Enter');
  await expect(inspector.getByText('which is not declared')).toHaveCount(0);
  await studio.connect('Split', 'Even', { out: 'even' });

  await studio.control('Run').click();
  await expect(studio.state).toHaveText('finished', { timeout: 60_000 });
  const sinks = page.getByRole('radiogroup', { name: 'Sink' });
  const numbers = async (name: string): Promise<number[]> => {
    await sinks.getByRole('radio', { name }).click();
    await expect(page.getByRole('table', { name: `Results of ${name}` })).toBeVisible();
    return (await studio.results()).map((row) => Number(row['n'] ?? row['value']));
  };
  expect(await numbers('Refused')).toEqual([-3, -5]);
  expect(await numbers('Even')).toEqual([2, 4]);
  expect(await numbers('Sink')).toEqual([1, 2, -3, 4, -5]);
});

test('a new tag takes its edges along; one that is taken away leaves a problem, until it is undone', async ({
  page,
}) => {
  const studio = await openJob(page, job);
  const inspector = await studio.select('Split');
  const tag = inspector.getByRole('textbox', { name: 'Tag of side output 1' });
  await tag.fill('even');
  await tag.press('Enter');
  await expect(page.getByRole('button', { name: 'Output even of Split', exact: true })).toBeAttached();
  await expect(studio.edge('Split', 'Refused')).toBeAttached();
  await page.keyboard.press('Escape');

  await inspector.getByRole('button', { name: 'Remove side output even' }).click();
  await expect(studio.edge('Split', 'Refused')).toBeAttached();
  const problem = page.getByRole('button', {
    name: '1 problem of the edge from Split to Refused: “Split” has no output “even”; there are: out.',
  });
  await expect(problem).toBeVisible();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(inspector.getByRole('textbox', { name: 'Tag of side output 1' })).toHaveValue('even');
  await expect(problem).toHaveCount(0);
});

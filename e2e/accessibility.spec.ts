/** The studio for those who do not see it or use no mouse: axe's rules in both themes, and the keyboard alone. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Studio } from './studio.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a running job breaks no accessibility rule in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const studio = new Studio(page);
    await studio.open();
    await expect(studio.state).toHaveText('running');
    await expect(page.getByRole('tabpanel')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  });
}

test('a job is built and run with the keyboard alone', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  const palette = page.getByRole('navigation', { name: 'Operators' });
  const search = palette.getByRole('searchbox', { name: 'Find an operator' });
  for (const kind of ['Scripted source', 'Table']) {
    await search.fill(kind);
    const item = palette.getByRole('button', { name: kind, exact: true });
    await item.focus();
    await item.press('Enter');
    await expect(studio.operator(kind)).toBeVisible();
  }
  // An operator added while another is selected goes behind it.
  await expect(studio.edge('Scripted source', 'Table')).toBeAttached();
  await studio.control('Run').focus();
  await studio.control('Run').press('Enter');
  await expect(studio.state).toHaveText(/running|finished/);
  await expect(page.getByRole('table', { name: 'Results of Table' })).toBeVisible();
});

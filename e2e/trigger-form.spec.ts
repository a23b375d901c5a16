/** A trigger composed in the window's form, in real Chromium: text, tree and sentence say one thing, and the job does it. */
import { expect, test } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Studio } from './studio.ts';

const kindOf = (form: Locator, part: string): Locator =>
  form.getByRole('combobox', { name: `Kind of ${part}`, exact: true });
const textOf = (form: Locator): Locator => form.getByRole('textbox', { name: 'Trigger', exact: true });
const saysOf = (form: Locator): Locator => form.getByRole('status', { name: 'What the trigger does' });

test('a trigger is composed with pickers, and its text and its sentence follow', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Tumbling window', 300, 200);
  const form = await studio.select('Tumbling window');
  await expect(saysOf(form)).toHaveText('Default: fires when the watermark passes the end of the window.');
  await form.getByRole('button', { name: 'Compose' }).click();
  await kindOf(form, 'trigger').selectOption({ label: 'After watermark: early, late' });
  await form.getByRole('button', { name: 'Add early panes' }).click();
  // What was added has the focus.
  await expect(kindOf(form, 'early panes')).toBeFocused();
  await kindOf(form, 'early panes').selectOption({ label: 'Continuous processing time' });
  await form.getByRole('textbox', { name: 'Interval of early panes' }).fill('20 s');
  await form.getByRole('button', { name: 'Add late panes' }).click();
  await form.getByRole('textbox', { name: 'Allowed lateness' }).fill('1 min');
  await expect(textOf(form)).toHaveValue('afterWatermark(early: everyProcessingTime(20s), late: count(1))');
  await expect(saysOf(form)).toHaveText(
    'Fires every 20 s of processing time before the watermark passes the end of the window, then at the end, then for each late record.',
  );
  await page.keyboard.press('Escape');
  await form.getByRole('button', { name: 'Remove late panes' }).click();
  await expect(textOf(form)).toHaveValue('afterWatermark(early: everyProcessingTime(20s))');
  await expect(kindOf(form, 'trigger')).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(textOf(form)).toHaveValue('afterWatermark(early: everyProcessingTime(20s), late: count(1))');
});

test('the tree follows what is typed, and says what is wrong at its place', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Tumbling window', 300, 200);
  const form = await studio.select('Tumbling window');
  await textOf(form).fill('repeatedly(any(count(3), delay(0)))');
  await expect(form.getByText('a duration is at least 1 ms')).toBeVisible();
  await form.getByRole('button', { name: 'Compose' }).click();
  const part = form.getByRole('group', { name: 'What is repeated, part 2' });
  await expect(part.getByText('a duration is at least 1 ms')).toBeVisible();
  await expect(form.getByText('a duration is at least 1 ms')).toHaveCount(1);
  await form.getByRole('textbox', { name: 'Delay of what is repeated, part 2' }).fill('90 s');
  await expect(textOf(form)).toHaveValue('repeatedly(any(count(3), delay(90s)))');
  await expect(saysOf(form)).toHaveText(
    'Fires each time when 3 records have come or 1 min 30 s of processing time have passed since the first record.',
  );
  // Half a trigger is not lost while it is typed.
  await textOf(form).fill('repeatedly(count(');
  await expect(form.getByText('The text above cannot be read')).toBeVisible();
  await textOf(form).fill('repeatedly(count(5))');
  await expect(form.getByRole('textbox', { name: 'Records of what is repeated' })).toHaveValue('5');
});

test('the parts of a composition change places by buttons and by keys, and a long text is read whole', async ({
  page,
}) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Tumbling window', 300, 200);
  const form = await studio.select('Tumbling window');
  await textOf(form).fill('repeatedly(each(count(3), delay(10s), watermark()))');
  // All of it is in sight, though it is longer than the form is wide.
  const cut = await textOf(form).evaluate((element) => [
    element.scrollWidth - element.clientWidth,
    element.scrollHeight - element.clientHeight,
  ]);
  expect(Math.max(...cut)).toBeLessThanOrEqual(1);
  await form.getByRole('button', { name: 'Compose' }).click();
  const button = (part: number, way: 'up' | 'down'): Locator =>
    form.getByRole('button', { name: `Move what is repeated, part ${part} ${way}`, exact: true });
  await expect(button(1, 'up')).toBeDisabled();
  await expect(button(3, 'down')).toBeDisabled();
  await expect(form.getByRole('button', { name: 'Move what is repeated up' })).toHaveCount(0);
  await button(1, 'down').click();
  await expect(textOf(form)).toHaveValue('repeatedly(each(delay(10s), count(3), watermark()))');
  // The focus went with it, so that it can be moved on.
  await expect(button(2, 'down')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(textOf(form)).toHaveValue('repeatedly(each(delay(10s), watermark(), count(3)))');
  await expect(kindOf(form, 'what is repeated, part 3')).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(textOf(form)).toHaveValue('repeatedly(each(delay(10s), count(3), watermark()))');
  await expect(kindOf(form, 'what is repeated, part 2')).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(textOf(form)).toHaveValue('repeatedly(each(delay(10s), watermark(), count(3)))');
  await form.getByRole('textbox', { name: 'Offset' }).fill('-8 h');
  await form.getByRole('textbox', { name: 'Size' }).fill('1 d');
  await expect(form.getByText('it must be less than the size')).toHaveCount(0);
});

test('what a window cannot have is not offered, and is told where it stands', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  await studio.drag('Session window', 300, 200);
  const form = await studio.select('Session window');
  await form.getByRole('button', { name: 'Compose' }).click();
  await expect(kindOf(form, 'trigger').getByRole('option', { name: 'Delta', exact: true })).toHaveCount(0);
  await form.getByRole('combobox', { name: 'Time', exact: true }).selectOption({ label: 'Processing time' });
  await expect(saysOf(form)).toHaveText('Default: fires when processing time passes the end of the window.');
  await expect(kindOf(form, 'what is repeated').getByRole('option', { name: 'Continuous event time' })).toHaveCount(0);
  await textOf(form).fill('repeatedly(watermark())');
  await expect(
    form.getByRole('group', { name: 'What is repeated', exact: true }).getByText('have no watermark to wait for'),
  ).toBeVisible();
});

test('a trigger is composed with the keyboard alone, and the job fires by it', async ({ page }) => {
  const studio = new Studio(page);
  await studio.openEmpty();
  const palette = page.getByRole('navigation', { name: 'Operators' });
  const search = palette.getByRole('searchbox', { name: 'Find an operator' });
  for (const name of ['Scripted source', 'Global window', 'Table']) {
    await search.fill(name);
    await palette.getByRole('button', { name, exact: true }).press('Enter');
  }
  const source = await studio.select('Scripted source');
  await source.getByRole('textbox', { name: 'Timeline' }).fill('a=1@1 a=2@2 a=3@3 a=4@4 a=5@5 |');
  const form = await studio.select('Global window');
  await form.getByRole('button', { name: 'Compose' }).press('Enter');
  const kind = kindOf(form, 'trigger');
  await kind.focus();
  // A list is chosen from by its first letters.
  await kind.press('R');
  await expect(textOf(form)).toHaveValue('repeatedly(count(1))');
  await page.keyboard.press('Tab');
  await expect(kindOf(form, 'what is repeated')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(form.getByRole('textbox', { name: 'Records of what is repeated' })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(textOf(form)).toHaveValue('repeatedly(count(2))');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(saysOf(form)).toHaveText('Fires every 2 records. What has fired is dropped.');
  await studio.runToEnd();
  // Five records without a key: two panes of two, and the fifth waits for a sixth.
  expect((await studio.results()).map((row) => row['count'])).toEqual(['2', '2']);
});

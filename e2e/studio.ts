/** The studio as a person meets it: everything by role and accessible name. Stories are told in these words. */
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

export class Studio {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** First visit: the example runs. */
  async open(): Promise<void> {
    await this.page.goto('./');
    await expect(this.page.getByRole('region', { name: 'Canvas' })).toBeVisible();
  }

  /** An empty job, nothing running. */
  async openEmpty(): Promise<void> {
    await this.open();
    await this.more('New job');
    await expect(this.page.getByRole('group', { name: /^Operator / })).toHaveCount(0);
  }

  async more(item: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More', exact: true }).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  operator(name: string): Locator {
    return this.page.getByRole('group', { name: `Operator ${name}`, exact: true });
  }

  edge(from: string, to: string): Locator {
    return this.page.getByRole('group', { name: `Edge from ${from} to ${to}` });
  }

  /** Drags an operator from the palette to a place of the canvas, in pixels from its corner. */
  async drag(kind: string, x: number, y: number): Promise<void> {
    const palette = this.page.getByRole('navigation', { name: 'Operators' });
    const canvas = this.page.getByRole('region', { name: 'Canvas' });
    await palette.getByRole('button', { name: kind, exact: true }).dragTo(canvas, { targetPosition: { x, y } });
    await expect(this.operator(kind)).toBeVisible();
  }

  /** Draws an edge from port to port with the mouse. */
  async connect(from: string, to: string, ports: { out?: string; in?: string } = {}): Promise<void> {
    await this.tryToConnect(from, to, ports);
    await expect(this.edge(from, to)).toBeAttached();
  }

  async tryToConnect(from: string, to: string, ports: { out?: string; in?: string } = {}): Promise<void> {
    const start = this.page.getByRole('button', { name: `Output ${ports.out ?? 'out'} of ${from}`, exact: true });
    const end = this.page.getByRole('button', { name: `Input ${ports.in ?? 'in'} of ${to}`, exact: true });
    // Hovering waits until the canvas, which may still be moving to show a new operator, stands still.
    await start.hover();
    const [a, b] = [await centre(start), await centre(end)];
    await this.page.mouse.move(a.x, a.y);
    await this.page.mouse.down();
    await this.page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2, { steps: 4 });
    await this.page.mouse.move(b.x, b.y, { steps: 4 });
    await this.page.mouse.up();
  }

  async select(name: string): Promise<Locator> {
    await this.operator(name).getByRole('heading').click();
    const inspector = this.inspector;
    await expect(inspector.getByRole('textbox', { name: 'Name of the operator' })).toHaveValue(name);
    return inspector;
  }

  get inspector(): Locator {
    return this.page.getByRole('region', { name: 'Inspector' });
  }

  get state(): Locator {
    return this.page.getByRole('status', { name: 'Job state' });
  }

  control(name: 'Run' | 'Pause' | 'Resume' | 'Stop' | 'Cancel'): Locator {
    return this.page.getByRole('group', { name: 'Controls of the job' }).getByRole('button', { name, exact: true });
  }

  /** Full speed: the end of the slider. */
  async unbounded(): Promise<void> {
    const slider = this.page.getByRole('slider', { name: 'Speed' });
    await slider.focus();
    await slider.press('End');
  }

  async runToEnd(timeout = 60_000): Promise<void> {
    await this.unbounded();
    await this.control('Run').click();
    await expect(this.state).toHaveText(/^(finished|failed|cancelled)$/, { timeout });
    const failure = this.page.getByRole('alert');
    expect((await failure.count()) === 0 ? '' : await failure.innerText(), 'the failure of the job').toBe('');
    await expect(this.state).toHaveText('finished');
  }

  /** All records of the shown sink, as the downloaded CSV has them. Cells are texts. */
  async results(): Promise<Record<string, string>[]> {
    const download = this.page.waitForEvent('download');
    const button = this.page.getByRole('button', { name: 'Download CSV' });
    const asks = (await button.getAttribute('aria-haspopup')) === 'menu';
    await button.click();
    // All that came stands last.
    if (asks) await this.page.getByRole('menuitem', { name: /^All / }).last().click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return parseCsv(Buffer.concat(chunks).toString('utf8'));
  }

  get problems(): Locator {
    return this.page.getByRole('button', { name: /problem/i });
  }

  saved(): Promise<void> {
    return expect(this.page.getByRole('status', { name: 'Saved state' })).toHaveText('saved');
  }
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('A port has a place on screen.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Enough for our own files: quotes, doubled quotes, no line breaks inside cells. */
export function parseCsv(text: string): Record<string, string>[] {
  const [head = [], ...lines] = text.trim().split('\n').map(cells);
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i] ?? ''])));
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

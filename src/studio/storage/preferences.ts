/**
 * Small things that a reload brings back at once: theme, panels, speed, which document was open. In web storage,
 * because they are needed before the first paint. Anything unreadable counts as not there.
 */
import * as z from 'zod/mini';

const preferences = z.object({
  themeChoice: z.optional(z.enum(['system', 'light', 'dark'])),
  callouts: z.optional(z.boolean()),
  paletteOpen: z.optional(z.boolean()),
  inspectorOpen: z.optional(z.boolean()),
  dockOpen: z.optional(z.boolean()),
  dockTabs: z.optional(z.array(z.string())),
  level: z.optional(z.enum(['logical', 'job', 'execution'])),
  rate: z.optional(z.nullable(z.number().check(z.gte(1)))),
  layout: z.optional(z.record(z.string(), z.record(z.string(), z.number()))),
});
export type Preferences = z.infer<typeof preferences>;

/** What is open: a stored document, or an example that nothing was changed in. */
const opened = z.union([z.object({ document: z.string() }), z.object({ example: z.string() })]);
export type Opened = z.infer<typeof opened>;

/** A job that could not be stored before the page went away. */
const journal = z.object({
  id: z.string(),
  name: z.string(),
  text: z.string(),
  operators: z.number(),
  savedAt: z.number(),
});
export type Journal = z.infer<typeof journal>;

const preferencesKey = 'weir.preferences';
const openKey = 'weir.open';
const journalKey = 'weir.journal';

export const readPreferences = (): Preferences => read(preferencesKey, preferences) ?? {};

export function writePreferences(change: Preferences): void {
  write(preferencesKey, { ...readPreferences(), ...change });
}

/** What this tab had open, else what any tab had open last. */
export const readOpened = (): Opened | null => read(openKey, opened, 'sessionStorage') ?? read(openKey, opened);

export function writeOpened(open: Opened): void {
  write(openKey, open);
  write(openKey, open, 'sessionStorage');
}

export const readJournal = (): Journal | null => read(journalKey, journal);

export function writeJournal(entry: Journal): void {
  write(journalKey, entry);
}

export function clearJournal(): void {
  try {
    localStorage.removeItem(journalKey);
  } catch {
    // No storage: then there is no journal either.
  }
}

/** By name, since a browser that blocks storage throws at the mere mention of it. */
type Store = 'localStorage' | 'sessionStorage';

function read<T>(key: string, schema: z.ZodMiniType<T>, storage: Store = 'localStorage'): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(globalThis[storage].getItem(key) ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function write(key: string, value: unknown, storage: Store = 'localStorage'): void {
  try {
    globalThis[storage].setItem(key, JSON.stringify(value));
  } catch {
    // Blocked or full: the studio works without, it only forgets.
  }
}

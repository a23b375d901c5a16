/** The ends, by the names that schedules know them by, and the ways in which sinks show them. */
import { batches } from './batches.ts';
import { correctedSessions } from './corrected-sessions.ts';
import { correctedWindows } from './corrected-windows.ts';
import { counted } from './counted.ts';
import type { End } from './end.ts';
import { joinSums } from './join-sums.ts';
import { latest } from './latest.ts';
import { latestSpans } from './latest-spans.ts';
import { outerTables } from './outer-tables.ts';
import { rankedCounts } from './ranked-counts.ts';
import { ranking } from './ranking.ts';

export const ends = {
  outerTables,
  joinSums,
  ranking,
  rankedCounts,
  latest,
  latestSpans,
  correctedWindows,
  correctedSessions,
  counted,
  batches,
} as const satisfies Readonly<Record<string, End>>;

export type EndName = keyof typeof ends;

export const endNames = Object.keys(ends) as EndName[];

export const endOf = (name: EndName): End => ends[name];

/** Output modes of a transactional table, and the upsert table, which is no transaction but idempotent. */
export const shownAs = ['append', 'update', 'complete', 'changelog', 'upsert'] as const;
export type ShownAs = (typeof shownAs)[number];

/** The ways that tell what is left of the end's changes. */
export function waysOf({ changelog, key }: End): readonly ShownAs[] {
  if (!changelog) return ['append'];
  return shownAs.filter((way) => way !== 'append' && (key !== null || way === 'complete' || way === 'changelog'));
}

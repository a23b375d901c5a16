/** The ends, by the names that schedules know them by, and the ways in which sinks show them. */
import { batches } from './batches.ts';
import { clockWindows } from './clock-windows.ts';
import { closedWindows } from './closed-windows.ts';
import { correctedGroups } from './corrected-groups.ts';
import { correctedJoins } from './corrected-joins.ts';
import { correctedSessions } from './corrected-sessions.ts';
import { correctedWindows } from './corrected-windows.ts';
import { countedPanes } from './counted-panes.ts';
import { counted } from './counted.ts';
import type { End } from './end.ts';
import { expiringFirst } from './expiring-first.ts';
import { expiringLast } from './expiring-last.ts';
import { expiringPairs } from './expiring-pairs.ts';
import { expiringRanking } from './expiring-ranking.ts';
import { expiringStates } from './expiring-states.ts';
import { expiringTables } from './expiring-tables.ts';
import { joinSums } from './join-sums.ts';
import { latest } from './latest.ts';
import { latestSpans } from './latest-spans.ts';
import { joinedChanges } from './joined-changes.ts';
import { orderedRanking } from './ordered-ranking.ts';
import { reduced } from './reduced.ts';
import { semiTables } from './semi-tables.ts';
import { outerTables } from './outer-tables.ts';
import { rankedCounts } from './ranked-counts.ts';
import { ranking } from './ranking.ts';
import { rankingBehind } from './ranking-behind.ts';
import { setAside } from './set-aside.ts';
import { triggeredWindows } from './triggered-windows.ts';
import { versionsNow } from './versions-now.ts';

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
  expiringStates,
  expiringFirst,
  expiringLast,
  expiringRanking,
  expiringTables,
  expiringPairs,
  correctedJoins,
  correctedGroups,
  closedWindows,
  rankingBehind,
  semiTables,
  joinedChanges,
  orderedRanking,
  reduced,
  countedPanes,
  triggeredWindows,
  setAside,
  versionsNow,
  clockWindows,
} as const satisfies Readonly<Record<string, End>>;

export type EndName = keyof typeof ends;

export const endNames = Object.keys(ends) as EndName[];

/** Those that the first of a seed's chances picks from. Others have a chance of their own: old schedules stay what they were. */
const early = endNames.indexOf('expiringStates');
export const earlyEnds = endNames.slice(0, early);
const later = endNames.indexOf('semiTables');
export const laterEnds = endNames.slice(early, later);
const newest = endNames.indexOf('clockWindows');
export const newEnds = endNames.slice(later, newest);
export const newestEnds = endNames.slice(newest);

export const endOf = (name: EndName): End => ends[name];

/** Output modes of a transactional table, and the upsert table, which is no transaction but idempotent. */
export const shownAs = ['append', 'update', 'complete', 'changelog', 'upsert'] as const;
export type ShownAs = (typeof shownAs)[number];

/** The ways that tell what is left of the end's changes. */
export function waysOf(end: End): readonly ShownAs[] {
  if (!end.changelog) return ['append'];
  if ('judge' in end) return ['changelog'];
  const { key } = end;
  return shownAs.filter((way) => way !== 'append' && (key !== null || way === 'complete' || way === 'changelog'));
}

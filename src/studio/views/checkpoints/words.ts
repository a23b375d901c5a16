/** Checkpoints in words: sizes, times, barrier modes and reasons, as the view and the indicator say them. */
import { fill } from '../../../engine/graph/problems.ts';
import { checkpointReasons } from '../../../engine/wire/checkpoints.ts';
import type { BarrierMode, CheckpointFailure } from '../../../engine/wire/checkpoints.ts';

/** `0 B`, `980 B`, `1.2 kB`, `34 MB`; powers of 1000. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 'B';
  for (const next of ['kB', 'MB', 'GB', 'TB']) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  const text = unit === 'B' || value >= 9.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
  return `${text} ${unit}`;
}

/** Measured times: `0.2 ms`, `12 ms`, `1.25 s`, `2 min 5 s`. */
export function timeText(ms: number): string {
  if (ms < 9.95) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${Number((ms / 1000).toFixed(2))} s`;
  const seconds = Math.round(ms / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** How long ago, to what a glance can tell: `now`, `8 s ago`, `3 min ago`, `2 h ago`, `5 days ago`. */
export function agoText(ms: number): string {
  if (ms < 1000) return 'now';
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  const days = Math.floor(ms / 86_400_000);
  return `${days} ${days === 1 ? 'day' : 'days'} ago`;
}

/** Time of the job's clock, as in the log. */
export const clockText = (at: number): string => new Date(at).toISOString().slice(11, 23);

export const failureSentence = ({ reason, details }: CheckpointFailure): string =>
  fill(checkpointReasons[reason].message, details);
export const failureHelp = ({ reason, details }: CheckpointFailure): string =>
  fill(checkpointReasons[reason].advice, details);

export const modeMeanings: Readonly<Record<BarrierMode, string>> = {
  aligned: 'Aligned: a channel whose barrier has come waits for the others.',
  unaligned: 'Unaligned: barriers overtake; what they overtook is part of the snapshot.',
  'at-least-once': 'At least once: no channel waits; after a restart some records may count twice.',
};

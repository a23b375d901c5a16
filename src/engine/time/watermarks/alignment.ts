/**
 * Watermark alignment of sources (FLIP-182, FLIP-217): the parameters as all sources name them, and where a source is
 * read that the coordinator knows only by its plan.
 */
import { addClamped } from '../../../base/units.ts';
import type { EventTimeMs } from '../../../base/units.ts';

export interface AlignmentParams {
  /** Sources of the same name wait for each other. */
  readonly group: string;
  /** How far a source may be ahead of the group's least watermark. */
  readonly maxDriftMs: number;
  /** How often watermarks are reported, and the limit announced. Flink: updateInterval, 1 s. */
  readonly intervalMs: number;
}

export const alignmentDefaults = { maxDriftMs: 60_000, intervalMs: 1000 } as const;

/** Of a source's parameters, with or without defaults filled in; null if it is not aligned. */
export function alignmentOf(params: Readonly<Record<string, unknown>>): AlignmentParams | null {
  const { alignmentGroup, maxDriftMs, alignmentIntervalMs } = params;
  if (typeof alignmentGroup !== 'string' || alignmentGroup === '') return null;
  return {
    group: alignmentGroup,
    maxDriftMs: typeof maxDriftMs === 'number' ? maxDriftMs : alignmentDefaults.maxDriftMs,
    intervalMs: typeof alignmentIntervalMs === 'number' ? alignmentIntervalMs : alignmentDefaults.intervalMs,
  };
}

/** How far sources may read while the group's least watermark is this. */
export const alignmentLimit = (least: EventTimeMs, { maxDriftMs }: AlignmentParams): EventTimeMs =>
  addClamped(least, maxDriftMs);

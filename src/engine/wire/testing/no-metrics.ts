/** The measurements of a snapshot that took no time and has no bytes: tests say only what they are about. */
import type { SnapshotMetrics } from '../checkpoints.ts';

export const noMetrics: SnapshotMetrics = {
  startDelayMs: 0,
  alignmentMs: 0,
  syncMs: 0,
  asyncMs: 0,
  alignedRecords: 0,
  recordsDuringAsync: 0,
  inFlightBytes: 0,
  inFlightRecords: 0,
  stateBytes: 0,
  writtenBytes: 0,
  unaligned: false,
};

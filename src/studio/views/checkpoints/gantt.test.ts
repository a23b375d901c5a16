/** The course of a checkpoint against the protocol: what comes after what, aligned, unaligned and when it timed out. */
import { describe, expect, it } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { CheckpointView, NumberedBarrier } from '../../../engine/telemetry/cluster-view.ts';
import { ganttOf, type GanttRow } from './gantt.ts';
import { barrier, checkpoint, graph } from './testing/cluster.ts';

function rowOf(subtask: string, view: CheckpointView, barriers: readonly NumberedBarrier[] = [], now = 1100): GanttRow {
  const row = ganttOf(view, { graph, barriers, at: processingTime(now) }).rows.find((each) => each.subtask === subtask);
  if (row === undefined) throw new Error(`no row of ${subtask}`);
  return row;
}

/** `alignment 10–30`, with `|` for a thin one and `…` for one that goes on. */
const told = ({ segments }: GanttRow): string[] =>
  segments.map(({ kind, from, to, beside, open }) => `${kind} ${from}–${to}${beside ? ' |' : ''}${open ? ' …' : ''}`);

const took = { startDelayMs: 10, alignmentMs: 20, syncMs: 2, asyncMs: 30 };

describe('an acknowledged subtask', () => {
  it('aligned: delay, alignment, synchronous and asynchronous part follow one another', () => {
    const row = rowOf('v2/0', checkpoint({ acknowledged: { 'v2/0': [1065, took] } }));
    expect(told(row)).toEqual(['start-delay 0–10', 'alignment 10–30', 'sync 30–32', 'async 32–62']);
    expect(row).toMatchObject({ state: 'acknowledged', unaligned: false, totalMs: 65 });
  });

  it('unaligned: the snapshot is taken at the first barrier, and the others come in beside it', () => {
    const view = checkpoint({ mode: 'unaligned', acknowledged: { 'v2/0': [1045, { ...took, unaligned: true }] } });
    expect(told(rowOf('v2/0', view))).toEqual(['start-delay 0–10', 'alignment 10–30 |', 'sync 10–12', 'async 12–42']);
  });

  it('timed out: channels waited up to that moment, and came in beside the snapshot from then on', () => {
    const view = checkpoint({ acknowledged: { 'v2/0': [1060, { ...took, unaligned: true }] } });
    const row = rowOf('v2/0', view, [barrier(1010, 'v2/0', 'arrived'), barrier(1025, 'v2/0', 'timed-out')]);
    expect(told(row)).toEqual([
      'start-delay 0–10',
      'alignment 10–25',
      'alignment 25–30 |',
      'sync 25–27',
      'async 27–57',
    ]);
    expect(row.switchedAt).toBe(25);
  });

  it('at least once: no channel waits for the last barrier', () => {
    const view = checkpoint({ mode: 'at-least-once', acknowledged: { 'v2/0': [1065, took] } });
    expect(told(rowOf('v2/0', view))[1]).toBe('alignment 10–30 |');
  });

  it('leaves out parts that took no time', () => {
    const view = checkpoint({ acknowledged: { 'v1/0': [1003, { syncMs: 1 }] } });
    expect(told(rowOf('v1/0', view))).toEqual(['sync 0–1']);
  });
});

describe('a subtask that has not acknowledged', () => {
  it('waits for its first barrier until now', () => {
    const row = rowOf('v2/0', checkpoint());
    expect(told(row)).toEqual(['start-delay 0–100 …']);
    expect(row.state).toBe('not-reached');
  });

  it('aligns from its first barrier until now, and no other subtask’s barrier counts', () => {
    const barriers = [barrier(1005, 'v2/1', 'arrived'), barrier(1040, 'v2/0', 'arrived')];
    const row = rowOf('v2/0', checkpoint(), barriers);
    expect(told(row)).toEqual(['start-delay 0–40', 'alignment 40–100 …']);
    expect(row.state).toBe('under-way');
  });

  it('writes since its snapshot was taken', () => {
    const barriers = [
      barrier(1040, 'v2/0', 'arrived'),
      barrier(1060, 'v2/0', 'aligned'),
      barrier(1060, 'v2/0', 'snapshot'),
    ];
    expect(told(rowOf('v2/0', checkpoint(), barriers))).toEqual([
      'start-delay 0–40',
      'alignment 40–60',
      'async 60–100 …',
    ]);
  });

  it('unaligned: writes while barriers still come', () => {
    const barriers = [barrier(1040, 'v2/0', 'arrived'), barrier(1040, 'v2/0', 'snapshot', { unaligned: true })];
    expect(told(rowOf('v2/0', checkpoint({ mode: 'unaligned' }), barriers))).toEqual([
      'start-delay 0–40',
      'alignment 40–100 | …',
      'async 40–100 …',
    ]);
  });

  it('stops where the checkpoint failed, whatever its barriers do later', () => {
    const failed = checkpoint({ state: 'failed', endedAt: processingTime(1050) });
    const row = rowOf('v2/0', failed, [barrier(1090, 'v2/0', 'arrived')], 2000);
    expect(told(row)).toEqual(['start-delay 0–50']);
    expect(row.state).toBe('given-up');
  });

  it('had finished before: nothing is drawn', () => {
    const row = rowOf('v1/0', checkpoint({ finished: ['v1/0'] }));
    expect(row).toMatchObject({ state: 'finished', segments: [], totalMs: null });
  });
});

describe('the chart', () => {
  it('names the longest of each part and adds up records and bytes', () => {
    const acknowledged = {
      'v1/0': [1010, { syncMs: 3, recordsDuringAsync: 5, writtenBytes: 100, stateBytes: 300 }],
      'v2/0': [1090, { ...took, recordsDuringAsync: 7, inFlightRecords: 4, inFlightBytes: 64, stateBytes: 10 }],
    } as const;
    const { totals, spanMs } = ganttOf(checkpoint({ acknowledged }), { graph, barriers: [], at: processingTime(1091) });
    expect(totals).toEqual({
      startDelayMs: 10,
      alignmentMs: 20,
      syncMs: 3,
      asyncMs: 30,
      recordsDuringAsync: 12,
      inFlightRecords: 4,
      inFlightBytes: 64,
      writtenBytes: 100,
      stateBytes: 310,
    });
    expect(spanMs).toBe(91);
  });

  it('goes from source to sink and marks the first subtask of each vertex', () => {
    const { rows } = ganttOf(checkpoint(), { graph, barriers: [], at: processingTime(1001) });
    expect(rows.map(({ name, index, first }) => [name, index, first])).toEqual([
      ['Flights', 0, true],
      ['Flights', 1, false],
      ['Hourly', 0, true],
      ['Hourly', 1, false],
    ]);
  });
});

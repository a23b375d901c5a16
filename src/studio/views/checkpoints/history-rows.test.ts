/** The history and the indicator, from checkpoints in every state that they can come to. */
import { describe, expect, it } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { CheckpointsView, CheckpointView, ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { historyRows, lastCompleted, stateText, storageTrouble } from './history-rows.ts';
import { lastText } from './last-text.ts';
import { checkpoint, graph, metadata } from './testing/cluster.ts';
import { agoText, bytesText, timeText } from './words.ts';

const history = (...entries: CheckpointView[]): CheckpointsView => {
  return { history: entries, triggered: 0, completed: 0, failed: 0, retained: [] };
};
const completed = (id: number, endedAt: number): CheckpointView =>
  checkpoint({ id, state: 'completed', endedAt: processingTime(endedAt), metadata: metadata(id) });
const failed = (id: number | null, reason: 'write-failed' | 'expired' | 'minimum-pause'): CheckpointView =>
  checkpoint({
    id,
    state: 'failed',
    endedAt: processingTime(1020),
    failure: { reason, details: { task: 'Hourly (1/2)', detail: 'the disk is full', seconds: 60, missing: 'Hourly' } },
  });

describe('the history', () => {
  it('is newest first, and one under way has taken so long as until now', () => {
    const rows = historyRows(history(completed(6, 1040), checkpoint({ acknowledged: { 'v1/0': [1005, {}] } })), 1075);
    expect(rows.map(({ id, durationMs, acknowledged, awaited }) => [id, durationMs, acknowledged, awaited])).toEqual([
      [7, 75, 1, 4],
      [6, 40, 0, 4],
    ]);
    expect(rows.map(stateText)).toEqual(['1/4 acknowledged', 'completed 0/4']);
  });

  it('adds up what the acknowledged subtasks wrote, and takes the size of the whole from the metadata', () => {
    const acknowledged = {
      'v1/0': [1005, { stateBytes: 100, writtenBytes: 20, inFlightBytes: 3 }],
      'v2/0': [1006, { stateBytes: 200, writtenBytes: 30, unaligned: true }],
    } as const;
    const [open] = historyRows(history(checkpoint({ acknowledged })), 1100);
    expect(open).toMatchObject({ stateBytes: 300, writtenBytes: 50, inFlightBytes: 3, overtaken: 1 });
    const [done] = historyRows(history(checkpoint({ acknowledged, metadata: metadata(7), state: 'completed' })), 1100);
    expect(done).toMatchObject({ stateBytes: 500, writtenBytes: 50 });
  });

  it('says why one failed, with advice', () => {
    const [row] = historyRows(history(failed(7, 'write-failed')), 1100);
    expect(row).toMatchObject({
      sentence: 'Hourly (1/2) could not write its snapshot: the disk is full.',
      advice: 'Free disk space, or delete old checkpoints and savepoints of this browser.',
    });
  });

  it('gives a row of its own to each that could not be triggered, without a duration', () => {
    const rows = historyRows(history(failed(null, 'minimum-pause'), failed(null, 'minimum-pause')), 1100);
    expect(new Set(rows.map((row) => row.key)).size).toBe(2);
    expect(rows[0]).toMatchObject({ durationMs: null });
    expect(rows.map(stateText)).toEqual(['not triggered', 'not triggered']);
  });

  it('knows of one from before the page was opened what its metadata tells', () => {
    const old = checkpoint({
      options: null,
      awaits: [],
      state: 'completed',
      metadata: metadata(7, { savepoint: true }),
    });
    const [row] = historyRows(history({ ...old, endedAt: processingTime(1040) }), 5000);
    // One of its two subtasks had finished.
    expect(row).toMatchObject({ savepoint: true, durationMs: 40, acknowledged: 1, awaited: 1, stateBytes: 500 });
    expect(row?.writtenBytes).toBeNull();
  });

  it('makes a sentence of why one cannot be used', () => {
    const view = history({ ...completed(6, 1040), state: 'unusable', unusable: 'chunk 6/v2/0/1/3 is missing' });
    expect(historyRows(view, 1100)[0]?.sentence).toBe('Chunk 6/v2/0/1/3 is missing.');
    expect(lastCompleted(view)).toBeNull();
  });
});

describe('trouble with storage', () => {
  it('lasts until a checkpoint completes again', () => {
    const full = failed(5, 'write-failed');
    expect(storageTrouble(history(full))?.reason).toBe('write-failed');
    expect(storageTrouble(history(full, checkpoint()))?.reason).toBe('write-failed');
    expect(storageTrouble(history(full, failed(null, 'minimum-pause')))?.reason).toBe('write-failed');
    expect(storageTrouble(history(full, completed(6, 1040)))).toBeNull();
  });

  it('is not every failure', () => {
    expect(storageTrouble(history(failed(5, 'expired')))).toBeNull();
  });
});

describe('the indicator', () => {
  const of = (checkpoints: CheckpointsView, at: number, off = false) => {
    const settings = { ...graph.jobGraph.settings, checkpointMode: off ? 'off' : 'aligned' } as const;
    const view = {
      checkpoints,
      at: processingTime(at),
      graph: { ...graph, jobGraph: { ...graph.jobGraph, settings } },
    };
    return lastText(view satisfies Pick<ClusterView, 'checkpoints' | 'at' | 'graph'>);
  };

  it('tells how long ago the last one completed, and how long it took', () => {
    const last = of(history(completed(6, 1040)), 9040);
    expect(last).toMatchObject({ tone: 'kept', number: '#6', text: '8 s ago' });
    expect(last.sentence).toContain('Checkpoint 6 completed 8 s ago in 40 ms, 500 B.');
  });

  it('counts the acknowledgements of the one under way', () => {
    const view = history(completed(6, 1040), checkpoint({ acknowledged: { 'v1/0': [1005, {}] } }));
    expect(of(view, 2000)).toMatchObject({ tone: 'under-way', number: '#7', text: '1/4' });
  });

  it('says that the last one failed, and why', () => {
    const last = of(history(completed(6, 1040), failed(7, 'expired')), 2000);
    expect(last).toMatchObject({ tone: 'failed', number: '#7', text: 'failed' });
    expect(last.sentence).toContain('It did not complete within 60 s');
  });

  it('says that there are none, or will be none', () => {
    expect(of(history(), 2000)).toMatchObject({ tone: 'none', text: 'none yet' });
    expect(of(history(), 2000, true)).toMatchObject({ tone: 'off', text: 'off' });
  });
});

describe('figures in words', () => {
  it('bytes are in powers of 1000, with one digit behind the point where there is room', () => {
    expect([0, 980, 1200, 34_000, 999_600, 5_000_000].map(bytesText)).toEqual([
      '0 B',
      '980 B',
      '1.2 kB',
      '34 kB',
      '1 MB',
      '5 MB',
    ]);
  });

  it('times keep three digits at most below a minute', () => {
    expect([0, 0.24, 12.4, 1250, 60_000, 125_000].map(timeText)).toEqual([
      '0 ms',
      '0.2 ms',
      '12 ms',
      '1.25 s',
      '1 min',
      '2 min 5 s',
    ]);
  });

  it('ages are as exact as a glance needs', () => {
    expect([0, 999, 8500, 61_000, 7_200_000, 86_400_000, 200_000_000].map(agoText)).toEqual([
      'now',
      'now',
      '8 s ago',
      '1 min ago',
      '2 h ago',
      '1 day ago',
      '2 days ago',
    ]);
  });
});

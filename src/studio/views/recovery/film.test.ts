/** The film of recoveries: phases follow each other without a gap, and go on, end or are cut short. */
import { describe, expect, test } from 'vitest';
import { processingTime } from '../../../base/units.ts';
import type { ClusterView, RecoveryView } from '../../../engine/telemetry/cluster-view.ts';
import { emptyView, fold } from '../../../engine/telemetry/fold.ts';
import { planJob } from '../../../engine/graph/translate.ts';
import { emptyJob } from '../../../engine/graph/job.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { RecoveryEvent, Report } from '../../../engine/wire/reports.ts';
import { failoversOf, filmOf } from './film.ts';
import { checkpointSentence, replaySentence, scopeSentence } from './words.ts';

const node = (id: string, kind: string, params = {}) => ({
  id,
  kind,
  name: id,
  params,
  parallelism: 1,
  chaining: 'never' as const,
  costMs: 0,
  position: { x: 0, y: 0 },
});

function begin(): ClusterView {
  const plan = planJob(
    {
      ...emptyJob,
      nodes: [node('source', 'generator'), node('out', 'table')],
      edges: [{ id: 'e', from: { node: 'source', port: 'out' }, to: { node: 'out', port: 'in' }, partitioner: 'auto' }],
    },
    kindTable,
  );
  if (!plan.ok) throw new Error('the job has no problems');
  return emptyView(plan.value, processingTime(0));
}

const start = begin();
const [source = '', sink = ''] = start.graph.subtasks.map(({ id }) => id);

const event = (at: number, given: RecoveryEvent): Report => ({
  kind: 'recovery',
  at: processingTime(at),
  event: given,
});
const detected = (at: number, recovery: number): Report =>
  event(at, {
    kind: 'detected',
    recovery,
    failure: { code: 'worker-killed', details: { subtask: 'source' } },
    subtasks: [source, sink],
    scope: 'region',
    strategy: 'fixed delay, attempt 1 of 3',
    delayMs: 500,
  });
const restored = (at: number, subtask: string, bytes: number, position?: number): Report =>
  event(at, {
    kind: 'restored',
    recovery: 1,
    subtask,
    attempt: 2,
    bytes,
    inFlightRecords: 3,
    offsets: null,
    ...(position === undefined ? {} : { position }),
  });

const story: readonly Report[] = [
  detected(1000, 1),
  event(1010, { kind: 'cancelled', recovery: 1 }),
  event(1500, { kind: 'chosen', recovery: 1, checkpoint: 7 }),
  event(1540, { kind: 'deployed', recovery: 1 }),
  restored(1550, source, 40, 200),
  restored(1560, sink, 60),
  event(1570, { kind: 'running', recovery: 1 }),
];

const after = (reports: readonly Report[]): ClusterView => fold(start, reports);
const phases = (view: ClusterView, number = 1) =>
  filmOf(view, number)?.phases.map(({ name, from, to, state }) => [name, to - from, state]);

describe('phases', () => {
  test('have the durations between what was told', () => {
    expect(phases(after(story))).toEqual([
      ['cancel', 10, 'done'],
      ['delay', 490, 'done'],
      ['deploy', 40, 'done'],
      ['restore', 30, 'done'],
      // No source had told of a position: there is nothing to catch up with.
      ['catch-up', 0, 'done'],
    ]);
    expect(filmOf(after(story), 1)).toMatchObject({ state: 'done', lastedMs: 570 });
  });

  test('the one under way lasts until now', () => {
    const view = after([...story.slice(0, 2), { kind: 'log', at: processingTime(1200), level: 'info', text: 'x' }]);
    expect(phases(view)).toEqual([
      ['cancel', 10, 'done'],
      ['delay', 190, 'now'],
    ]);
    expect(filmOf(view, 1)?.state).toBe('going-on');
  });

  test('are cut short by the next failure', () => {
    const view = after([...story.slice(0, 3), detected(1520, 2)]);
    expect(phases(view, 1)?.at(-1)).toEqual(['deploy', 20, 'cut-short']);
    expect(filmOf(view, 1)?.state).toBe('cut-short');
    expect(phases(view, 2)).toEqual([['cancel', 0, 'now']]);
  });

  test('a number that no recovery has gives none', () => expect(filmOf(start, 9)).toBeNull());
});

describe('what came back', () => {
  test('is told per subtask, since its deployment', () => {
    const film = filmOf(after(story), 1);
    expect(film?.subtasks.map(({ name, restored: back }) => [name, back?.bytes, back?.afterMs])).toEqual([
      ['source', 40, 10],
      ['out', 60, 20],
    ]);
  });

  test('records come again from the restored position up to where the source had been', () => {
    const view = after(story);
    const [recovery] = view.recoveries as [RecoveryView];
    const known: ClusterView = { ...view, recoveries: [{ ...recovery, replayTo: new Map([[source, 237]]) }] };
    const film = filmOf(known, 1);
    expect(film?.subtasks[0]?.replay).toEqual({ records: 37, done: 37 });
    expect(film && replaySentence(film)).toBe('Sources were rewound: 37 records came again.');
  });

  test('reads as sentences', () => {
    const view = after(story);
    const film = filmOf(view, 1);
    if (film === null) throw new Error('there is a film');
    expect(checkpointSentence(film, 'aligned')).toBe(
      'Checkpoint 7 is restored: 100 B in 2 subtasks, with 6 in-flight records.',
    );
    expect(checkpointSentence(film, 'off')).toContain('Checkpoints are off');
    expect(scopeSentence(view, film.recovery)).toContain('all 2 subtasks');
    expect(replaySentence(film)).toBe('No source was rewound.');
    expect(replaySentence({ ...film, state: 'going-on' })).toBe('No source has been rewound yet.');
  });
});

test('crashes of the coordinator are found in the log', () => {
  const entry = { at: processingTime(5), kind: 'log' } as const;
  const { log } = after([
    { ...entry, level: 'error', text: 'The coordinator crashed: it was killed. Another one takes over.' },
    { ...entry, level: 'info', text: 'something else' },
  ]);
  expect(failoversOf(log)).toHaveLength(1);
});

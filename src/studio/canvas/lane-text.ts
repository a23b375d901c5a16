/**
 * What a lane says: the texts and shares of one subtask, or of the worst subtask of a collapsed node, out of the view.
 * Pure; `live-lanes.ts` writes it into the DOM.
 */
import { type EventTimeMs, MIN_EVENT_TIME } from '../../base/units.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import type { ClusterView, OperatorView, Shares, SubtaskView } from '../../engine/telemetry/cluster-view.ts';
import { failureMessage } from '../../engine/wire/failures.ts';
import type { TaskState } from '../../engine/wire/reports.ts';
import { counted, percent, rateText } from './number-text.ts';
import { type TimeSpan, watermarkSentence, watermarkText } from './watermark-text.ts';

/** Which lane: of which operator, which subtask (null: the worst), and which side's rate. */
export interface LaneKey {
  readonly node: NodeId;
  readonly index: number | null;
  readonly rate: 'in' | 'out';
}

export interface LaneText {
  /** Null where nothing runs. */
  readonly shares: Shares | null;
  readonly rate: string;
  readonly watermark: string;
  /** `deploying`, `failed` …; empty while running as usual. */
  readonly state: string;
  readonly tone: 'running' | 'waiting' | 'done' | 'failed';
  /** Which subtask a collapsed lane shows: `worst of 8: subtask 3`. */
  readonly worst: string;
}

export const restingLane: LaneText = {
  shares: null,
  rate: '',
  watermark: '',
  state: '',
  tone: 'running',
  worst: '',
};

export function laneText(view: ClusterView | null, key: LaneKey, span: TimeSpan | null): LaneText {
  const found = view === null ? null : subtaskOf(view, key);
  if (view === null || found === null) return restingLane;
  const { subtask, operator, index, count } = found;
  const collapsed = key.index === null;
  const rates = collapsed ? view.nodes.get(key.node) : operator;
  const perSecond = (key.rate === 'in' ? rates?.recordsInPerSecond : rates?.recordsOutPerSecond) ?? 0;
  const watermark = collapsed ? view.nodes.get(key.node)?.watermark : (operator?.watermark ?? subtask.watermark);
  const running = subtask.state === 'running';
  return {
    shares: running ? subtask.shares : null,
    rate: rateText(running ? perSecond : 0),
    // Before it runs and after it broke there is none, and no room beside the word that says so.
    watermark: running || subtask.state === 'finished' ? `◂${watermarkText(watermark ?? MIN_EVENT_TIME, span)}` : '',
    state: stateText(subtask, view.job.state === 'restarting'),
    tone: tones[subtask.state],
    worst: collapsed && count > 1 ? `busiest of ${count}: subtask ${index}` : '',
  };
}

/** Everything about a lane, a line each, for hovering. */
export function laneSentences(view: ClusterView | null, key: LaneKey, name: string): readonly string[] {
  const found = view === null ? null : subtaskOf(view, key);
  if (found === null) return [name, 'Not running.'];
  const { subtask, operator, index } = found;
  const { shares } = subtask;
  const attempt = subtask.attempt > 1 ? `, attempt ${subtask.attempt}` : '';
  const state = subtask.failure === null ? subtask.state : failureMessage(subtask.failure);
  const title = `Subtask ${index} of ${name}: ${state}${attempt}`;
  const aligning = shares.aligning === undefined ? '' : ` · waiting for alignment ${percent(shares.aligning)}`;
  const time = `idle ${percent(shares.idle)} · busy ${percent(shares.busy)} · backpressured ${percent(shares.backpressured)}${aligning}`;
  if (operator === null) return [title, time];
  return [
    title,
    time,
    ...(subtask.replaying ? ['It emits again what it had emitted before the failure.'] : []),
    `in ${rateText(operator.recordsInPerSecond)}, ${counted(operator.recordsIn, 'record')} so far`,
    `out ${rateText(operator.recordsOutPerSecond)}, ${counted(operator.recordsOut, 'record')} so far`,
    `${watermarkSentence(operator.watermark)}${subtask.idle ? ' (idle)' : ''}`,
    ...(operator.stateEntries > 0
      ? [
          `${counted(operator.stateEntries, 'keyed entr')
            .replace(/entrs$/, 'entries')
            .replace(/entr$/, 'entry')} in state`,
        ]
      : []),
    ...(operator.timers > 0 ? [`${counted(operator.timers, 'timer')} set`] : []),
    ...(operator.lateDropped > 0 ? [`${counted(operator.lateDropped, 'late record')} dropped`] : []),
    ...(operator.notes ?? []).slice(0, 3),
  ];
}

interface Found {
  readonly subtask: SubtaskView;
  readonly operator: OperatorView | null;
  readonly index: number;
  readonly count: number;
}

/** The subtask that a lane shows; of a collapsed node the one in trouble, else the least idle. */
export function subtaskOf(view: ClusterView, key: LaneKey): Found | null {
  const ids = view.nodes.get(key.node)?.subtasks ?? [];
  const index = key.index ?? worstOf(view, ids);
  const subtask = view.subtasks.get(ids[index] ?? '');
  if (subtask === undefined) return null;
  return { subtask, operator: subtask.operators.get(key.node) ?? null, index, count: ids.length };
}

function worstOf(view: ClusterView, ids: readonly SubtaskId[]): number {
  let worst = 0;
  let most = -Infinity;
  ids.forEach((id, index) => {
    const subtask = view.subtasks.get(id);
    if (subtask === undefined) return;
    const trouble = subtask.state === 'failed' ? 2 : 1 - subtask.shares.idle - (subtask.shares.aligning ?? 0);
    if (trouble > most) [worst, most] = [index, trouble];
  });
  return worst;
}

const tones: Readonly<Record<TaskState, LaneText['tone']>> = {
  created: 'waiting',
  deploying: 'waiting',
  initializing: 'waiting',
  running: 'running',
  finished: 'done',
  cancelled: 'done',
  failed: 'failed',
};

/** What it does other than running as usual; running, which attempt it is, if not the first. */
function stateText(subtask: SubtaskView, restarting: boolean): string {
  const { attempt } = subtask;
  return plainState(subtask, restarting) || (attempt > 1 ? `attempt ${attempt}` : '');
}

function plainState({ state, replaying, idle, gauges }: SubtaskView, restarting: boolean): string {
  switch (state) {
    case 'running':
      if (gauges?.source?.alignment?.waiting === true) return 'aligning';
      return replaying ? 'replaying' : idle ? 'idle stream' : '';
    case 'created':
      return 'waiting';
    case 'initializing':
      return 'restoring';
    case 'cancelled':
      return restarting ? 'restarting' : state;
    default:
      return state;
  }
}

/** Every watermark that the view shows, for the span that decides how they read. */
export function* watermarksOf(view: ClusterView): Iterable<EventTimeMs> {
  for (const node of view.nodes.values()) yield node.watermark;
}

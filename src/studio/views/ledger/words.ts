/**
 * The ledger in words: how a run has ended, what the figures mean, one sentence that judges, and what must be said so that
 * nobody reads more into it than is there. Pure.
 */
import type { CheckpointMode, NodeId } from '../../../engine/graph/job.ts';
import type { PlannedOperator } from '../../../engine/graph/plan.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { Ledger, LedgerFigures, SinkMoment } from '../../../engine/telemetry/ledger.ts';
import type { Expectation } from '../../../hosts/oracle.ts';
import { counted } from '../../canvas/number-text.ts';

/**
 * `whole`: it has read all of its input. `continued`: so it has, but what sinks got before the page was loaded is not known.
 * `stopped`: it finished before its input did. `broken-off`: cancelled or failed.
 */
export type Ending = 'running' | 'whole' | 'continued' | 'stopped' | 'broken-off';

/** `continued`: the run began from a checkpoint or savepoint. */
export function endingOf(view: ClusterView, expectation: Expectation, continued = false): Ending {
  const { state } = view.job;
  if (state === 'cancelled' || state === 'failed') return 'broken-off';
  if (state !== 'finished') return 'running';
  if (expectation.outcome !== 'whole') return 'stopped';
  const made = new Map<NodeId, number>();
  for (const { gauges } of view.subtasks.values()) {
    const source = gauges?.operators[0];
    if (source?.position !== undefined) made.set(source.node, (made.get(source.node) ?? 0) + source.position);
  }
  const isWhole = [...expectation.sources].every(([source, all]) => (made.get(source) ?? 0) >= all);
  if (!isWhole) return 'stopped';
  // Only what was committed is told again to a page that goes on.
  return continued && !areKept(view) ? 'continued' : 'whole';
}

/** Before the end nothing counts as lost: it may still come. */
export function momentsOf(view: ClusterView, ending: Ending): ReadonlyMap<NodeId, SinkMoment> {
  return new Map(
    [...view.nodes.values()].map(({ id, openRecords, preparedRecords }) => [
      id,
      {
        over: ending === 'whole',
        watermark: Number.NEGATIVE_INFINITY,
        uncommitted: ending === 'running' ? openRecords + preparedRecords : 0,
      },
    ]),
  );
}

export type Mark = 'good' | 'bad' | 'neutral';

export interface Verdict {
  readonly mark: Mark;
  readonly text: string;
}

export interface Judged {
  readonly ledger: Ledger;
  readonly ending: Ending;
  readonly mode: CheckpointMode;
  readonly failures: number;
  /** All sinks commit with checkpoints, or keep one row of each key. */
  readonly safeSinks: boolean;
  /** The expected side is cut off: what lies beyond it cannot be judged. */
  readonly bounded: boolean;
  /** The run began from a checkpoint or savepoint: it had failed, or was stopped, before. */
  readonly continued: boolean;
}

export function verdictOf(judged: Judged): Verdict {
  const { ledger, ending, bounded } = judged;
  const after = afterText(judged);
  const faults = faultsIn(judged);
  if (faults.length > 0) {
    const text = `${ending === 'whole' || ending === 'continued' ? '' : 'So far: '}${sentence(faults.join('; '))}${after}. ${whyOf(judged)}`;
    return { mark: ledger.lost > 0 || ledger.wrong > 0 || ending === 'whole' ? 'bad' : 'neutral', text: text.trim() };
  }
  const right = `${ledger.correct.toLocaleString('en-US')} of ${ledger.expected.toLocaleString('en-US')} expected rows are there, each once`;
  switch (ending) {
    case 'whole':
      if (bounded) return { mark: 'neutral', text: `As far as it can be compared, all is right: ${right}${after}.` };
      return {
        mark: 'good',
        text:
          after === ''
            ? 'Every row of the failure-free run is there, once. Nothing failed.'
            : `Exactly once: every row of the failure-free run is there once${after}.`,
      };
    case 'running':
      return { mark: 'neutral', text: `So far all is right: ${right}; the others have not come yet${after}.` };
    case 'continued':
      return {
        mark: 'neutral',
        text: `As far as it can be told, all is right: ${right}; the others were written before this page was loaded, or are lost${after}.`,
      };
    case 'stopped':
      return {
        mark: 'neutral',
        text: `The job was stopped before the end of its input: ${right}; the others were not reached, or are lost${after}.`,
      };
    case 'broken-off':
      return {
        mark: 'neutral',
        text: `The job ended before its input did: ${right}; the others were not reached${after}.`,
      };
  }
}

function afterText({ failures, continued }: Judged): string {
  const many = counted(failures, 'failure');
  if (continued) return `, after the run went on from a checkpoint${failures === 0 ? '' : ` and ${many}`}`;
  return failures === 0 ? '' : `, after ${many}`;
}

/** `41 rows are lost`, `12 rows are there twice`, … */
function faultsIn({ ledger, bounded, ending, mode }: Judged): string[] {
  const { lost, duplicated } = ledger;
  const wrong = bounded ? 0 : ledger.wrong;
  const twice = `${counted(duplicated, 'row')} ${duplicated === 1 ? 'is' : 'are'} there more than once`;
  const atLeastOnce = lost === 0 && wrong === 0 && ending === 'whole' && mode !== 'off';
  return [
    ...(lost > 0 ? [`${counted(lost, 'row')} ${lost === 1 ? 'is' : 'are'} lost`] : []),
    ...(duplicated > 0 ? [atLeastOnce ? `at least once: ${twice}` : twice] : []),
    ...(wrong > 0 ? [`${counted(wrong, 'row')} ${wrong === 1 ? 'is' : 'are'} wrong`] : []),
  ];
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why the guarantee allows it. */
function whyOf({ ledger, mode, failures, safeSinks, continued }: Judged): string {
  if (ledger.orderDependent) return 'But this job gives other rows in each run, even without failures.';
  if (failures === 0 && !continued) return 'No task failed; look for faults on channels and for settings that differ.';
  const { lost, duplicated, wrong } = ledger;
  if (mode === 'off') {
    return wrong > 0
      ? 'Without checkpoints state begins empty after a failure, and what was in flight is gone.'
      : 'Without checkpoints what was in flight or in state at the failure is gone.';
  }
  if (lost > 0) return 'This guarantee should have kept them.';
  if (mode === 'at-least-once') {
    return wrong > 0
      ? 'At-least-once checkpoints do not align: records before the barrier count again in state after the restart.'
      : 'At least once means that records which are replayed after a failure are written again.';
  }
  if (duplicated > 0 && !safeSinks)
    return 'State is exactly once, but a plain sink keeps what it got before the failure and gets replayed records again: use a transactional or an upsert sink.';
  return wrong > 0 && !safeSinks ? 'A plain sink shows what attempts before the failure wrote.' : '';
}

/** What limits the comparison. `forgot`: the run went on from a checkpoint, and not all of its sinks commit. */
export function cautionsOf(expectation: Expectation, complete: boolean, forgot = false): string[] {
  const { outcome, reason, orderDependent, lateDropped } = expectation;
  const out: string[] = [];
  if (outcome === 'bounded') {
    out.push(
      `The failure-free run has no end within reach: ${reason ?? ''}. Rows beyond that are not compared; what is not expected may lie beyond.`,
    );
  }
  if (orderDependent) {
    out.push(
      'Two failure-free runs of this job give different rows, because they depend on the order of arrival. Differences do not prove a failure of the guarantee.',
    );
  }
  if (lateDropped > 0) {
    out.push(
      `The failure-free run drops ${counted(lateDropped, 'late record')}. Which records are late depends on the timing of each run.`,
    );
  }
  if (forgot) {
    out.push(
      'This run went on from a checkpoint. What a plain or an upsert sink got before that is not on this page any more and counts as pending; a sink that commits keeps it.',
    );
  }
  if (!complete) out.push('More rows came than this page keeps, so only the first of them are compared.');
  return out;
}

/** Columns of the account, in order, and what each means. */
export const figures: readonly {
  readonly key: Exclude<keyof LedgerFigures, 'committed'> | 'committed';
  readonly label: string;
  readonly help: string;
  readonly example?: 'lost' | 'duplicated' | 'wrong';
}[] = [
  { key: 'expected', label: 'expected', help: 'Rows of the failure-free run of the same job and input.' },
  { key: 'committed', label: 'committed', help: 'Rows that this run has committed to the sink.' },
  {
    key: 'pending',
    label: 'pending',
    help: 'Expected, and not there yet: not computed yet, or in a transaction that has not been committed.',
  },
  { key: 'lost', label: 'lost', help: 'Expected, and not there although the job has ended.', example: 'lost' },
  { key: 'duplicated', label: 'duplicated', help: 'There more often than expected.', example: 'duplicated' },
  { key: 'wrong', label: 'wrong', help: 'There, and not in the failure-free run at all.', example: 'wrong' },
];

/** Sinks to which a failure does no harm if state is exactly once. */
export function areSafe(view: ClusterView): boolean {
  return sinksOf(view).every(
    (sink) => isCommitting(sink) || (Array.isArray(sink.params['keys']) && sink.params['keys'].length > 0),
  );
}

/** Whether a page that is loaded while the job runs finds again what all sinks got before. */
export const areKept = (view: ClusterView): boolean => sinksOf(view).every(isCommitting);

const sinksOf = ({ graph }: ClusterView): PlannedOperator[] =>
  graph.jobGraph.vertices
    .flatMap((vertex) => vertex.operators)
    .filter(({ kind }) => kindTable.get(kind)?.family === 'sink');

const isCommitting = ({ kind }: PlannedOperator): boolean => kindTable.get(kind)?.committing === true;

export const modeNames: Readonly<Record<CheckpointMode, string>> = {
  off: 'Off',
  'at-least-once': 'At least once',
  aligned: 'Exactly once, aligned',
  unaligned: 'Exactly once, unaligned',
};

/**
 * Asks “Why?” of a run: looks into the subtask that the question is about and into those that hold its watermark, one
 * after the other down to the source, so that each fact is of the moment, and makes the sentence of them.
 */
import type { NodeId } from '../../engine/graph/job.ts';
import type { SubtaskId } from '../../engine/graph/plan.ts';
import { keyGroupOf, subtaskOfGroup } from '../../engine/state/key-groups.ts';
import type { Key } from '../../engine/state/key.ts';
import type { ClusterView, SubtaskView } from '../../engine/telemetry/cluster-view.ts';
import type { Inspected, InspectAnswer, InspectQuery } from '../../engine/wire/inspect.ts';
import { isTerminal, type TaskState } from '../../engine/wire/reports.ts';
import { stateReaderOf } from '../views/checkpoints/key-search.ts';
import { blamePath } from './blame.ts';
import { momentOf } from './moment.ts';
import { whyKey, whyTimer, whyWindow } from './why-held.ts';
import { whyRecord } from './why-record.ts';
import { whyWatermark } from './why-watermark.ts';
import { operatorName, placeOf } from './why.ts';
import type { Question, Why } from './why.ts';

/** The part of a run that is asked. */
export interface Asked {
  view(): ClusterView;
  inspect(subtask: SubtaskId, query: InspectQuery): Promise<InspectAnswer>;
}

/** Subtasks looked into for one answer. */
const looksMost = 24;

/** Null run: it has ended; what its last view says is told. */
export async function askWhy(run: Asked | null, lastView: ClusterView, question: Question): Promise<Why> {
  const view = run?.view() ?? lastView;
  const subtask = subtaskOf(view, question);
  if (subtask === null) return nowhere(view, question);
  if (question.kind === 'watermark' && run !== null) {
    const why = notRunning(view, question.node, subtask);
    if (why !== null) return why;
  }
  const query: InspectQuery =
    question.kind === 'watermark' || question.kind === 'record' ? {} : { key: question.key, limit: 1 };
  const first = run === null ? null : await run.inspect(subtask, query);
  const looks: Inspected[] = first?.kind === 'inspected' ? [first] : [];
  if (run !== null && question.kind !== 'key') await lookDown(run, question.node, subtask, looks);
  const moment = momentOf(run?.view() ?? view, looks);
  switch (question.kind) {
    case 'watermark':
      return whyWatermark(moment, question.node, subtask);
    case 'record':
      return whyRecord(moment, question);
    default: {
      const [look] = looks;
      if (look === undefined || look !== first) return goneText(moment, question, first);
      if (question.kind === 'window') return whyWindow(moment, question, look);
      return question.kind === 'timer' ? whyTimer(moment, question, look) : whyKey(moment, question, look);
    }
  }
}

const subtaskOf = (view: ClusterView, question: Question): SubtaskId | null => {
  if (question.kind === 'watermark') return question.subtask ?? slowestOf(view, question.node);
  return question.kind === 'record' ? question.subtask : ownerOf(view, question.node, question.key);
};

/** The subtask that holds an operator's watermark: the least of those that are not idle. */
function slowestOf(view: ClusterView, node: string): SubtaskId | null {
  const all = (view.nodes.get(node)?.subtasks ?? []).flatMap((subtask) => view.subtasks.get(subtask) ?? []);
  const active = all.filter(({ idle }) => !idle);
  const of = (subtask: SubtaskView): number => subtask.operators.get(node)?.watermark ?? subtask.watermark;
  return (active.length > 0 ? active : all).toSorted((a, b) => of(a) - of(b))[0]?.id ?? null;
}

/** Looks into whoever holds the one before, as far as the source. */
async function lookDown(run: Asked, node: string, subtask: SubtaskId, looks: Inspected[]): Promise<void> {
  while (looks.length < looksMost) {
    const path = blamePath(momentOf(run.view(), looks), node, subtask);
    const next = path.find((link) => !looks.some((look) => look.subtask === link.subtask));
    if (next === undefined) return;
    const answer = await run.inspect(next.subtask, {});
    if (answer.kind !== 'inspected') return;
    looks.push(answer);
  }
}

/** The subtask that owns a key at an operator; null: it has no key, or is not the head of its chain. */
export function ownerOf(view: ClusterView, node: string, key: Key): SubtaskId | null {
  const found = placeOf(view.graph, node);
  const reader = found === null || found.place > 0 ? null : stateReaderOf(found.vertex);
  if (found === null || reader === null) return null;
  const { maxParallelism } = view.graph.jobGraph.settings;
  const group = keyGroupOf(reader.hash(key), maxParallelism);
  const index = subtaskOfGroup(group, maxParallelism, found.vertex.parallelism);
  return view.graph.subtasks.find((each) => each.vertex === found.vertex.id && each.index === index)?.id ?? null;
}

function nowhere(view: ClusterView, { node }: Question): Why {
  if (placeOf(view.graph, node) === null)
    return {
      sentence: 'This operator has no part in the run: it was drawn after the job was started. Run the job again.',
      steps: [],
    };
  const name = operatorName(view.graph, node);
  return { sentence: `${name} keeps no state by key.`, steps: [{ node, subtask: null, text: name }] };
}

/** Of a subtask that does not run yet, or not at the moment, there is nothing to look into. Null: it runs, or has ended. */
function notRunning(view: ClusterView, node: NodeId, subtask: SubtaskId): Why | null {
  const seen = view.subtasks.get(subtask);
  const stage = seen === undefined || isTerminal(view.job.state) ? undefined : stages[seen.state];
  if (stage === undefined) return null;
  const index = view.graph.subtasks.find((each) => each.id === subtask)?.index ?? 0;
  const name = `${operatorName(view.graph, node)} ${index}`;
  return { sentence: `${name} ${stage}`, steps: [{ node, subtask, text: name }] };
}

const stages: Readonly<Partial<Record<TaskState, string>>> = {
  created: 'is not deployed yet, so it has no watermark: the coordinator has its plan, and no Worker has it.',
  deploying: 'is being deployed, so it has no watermark yet: it gets a Worker and its channels.',
  initializing: 'is being initialized, so it has no watermark yet: its Worker is up, and fetches its state.',
  cancelled: 'was cancelled, and has no watermark until it is deployed again.',
  failed: 'has failed, and has no watermark until it is deployed again.',
};

function goneText(view: ClusterView, { node }: Question, answer: InspectAnswer | null): Why {
  const name = operatorName(view.graph, node);
  const steps = [{ node, subtask: null, text: name }];
  if (answer?.kind === 'failed') return { sentence: `${name} could not be looked into: ${answer.reason}.`, steps };
  const state = answer?.kind === 'gone' ? answer.state : 'lost';
  const why = state === 'lost' ? 'the subtask is not there (any more)' : `the subtask is ${state}`;
  return { sentence: `${name} holds nothing now: ${why}.`, steps };
}

/** Why a window, a timer or a key is as it is: from a look into the subtask that owns it. Pure. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { Inspected, InspectedKey, WindowFacts } from '../../engine/wire/inspect.ts';
import { subtaskOfGroup } from '../../engine/state/key-groups.ts';
import type { Key } from '../../engine/state/key.ts';
import { isCleanedUp, windowText } from '../../engine/time/windows.ts';
import { durationText } from '../ui/duration.ts';
import { watermarkCause } from './why-watermark.ts';
import { allRecords, clockText, eventText, keyText, operatorName, placeOf } from './why.ts';
import type { Question, Why, WhyStep } from './why.ts';

type Asked<K extends Question['kind']> = Extract<Question, { kind: K }>;

/** `look`: into the subtask that owns the key, about that key; its gauges are in `view`. */
export function whyWindow(view: ClusterView, asked: Asked<'window'>, look: Inspected): Why {
  const { node, key, start, end } = asked;
  const held = keyIn(look, key)?.held ?? [];
  const facts = held.find(({ window }) => window?.start === start && window.end === end)?.window ?? null;
  const name = windowName(start, end, key);
  const mine: WhyStep = { node, subtask: look.subtask, text: `${operatorName(view.graph, node)}: ${name}` };
  if (facts !== null) return withCause(view, look, asked, held1(facts, name, look), mine, facts.time === 'event');
  const into = held.find(({ window }) => window !== null && window.start <= start && end <= window.end)?.window;
  if (into !== undefined && into !== null)
    return { sentence: `${name} was merged into ${windowText(into.start, into.end)}.`, steps: [mine] };
  const watermark = watermarkOf(look);
  const latenessMs = latenessOf(view, node);
  if (!isCleanedUp(end, latenessMs, watermark as never))
    return withCause(view, look, asked, `${name} holds nothing: no record of that key is in it`, mine, true);
  const lateness = latenessMs === 0 ? '' : ` and the allowed lateness of ${durationText(latenessMs)}`;
  const text = `${name} is over: the watermark has passed its end${lateness}, so its panes are out and its state is gone`;
  return withCause(view, look, asked, text, mine, true);
}

/** What is said of the window itself. */
function held1(facts: WindowFacts, name: string, look: Inspected): string {
  const { firesWhen, passed, cleanupAt, panes, start, time } = facts;
  const fired = panes === null || panes === 0 ? '' : `${panes === 1 ? '1 pane is' : `${panes} panes are`} out, and `;
  const clock = firesWhen?.includes('processing time') === true ? `; processing time is ${clockText(look.at)}` : '';
  if (firesWhen === null) {
    const until =
      cleanupAt === null ? 'its state stays' : `its state goes at ${timeName(time)} ${eventText(cleanupAt, start)}`;
    return `${name} will not fire again: ${fired}${until}`;
  }
  if (!passed) return `${name} waits: ${fired}it fires when ${firesWhen}${clock}`;
  const kept = cleanupAt === null ? '' : ` and is kept until ${timeName(time)} ${eventText(cleanupAt, start)}`;
  return `${name} has passed its end${kept}: ${fired}it fires when ${firesWhen}${clock}`;
}

const timeName = (time: WindowFacts['time']): string => (time === 'processing' ? 'processing time' : 'watermark');

export function whyTimer(view: ClusterView, asked: Asked<'timer'>, look: Inspected): Why {
  const { node, key, domain, time } = asked;
  const timer = keyIn(look, key)?.timers.find((each) => each.domain === domain && each.time === time);
  const event = domain === 'event';
  const at = event ? eventText(time) : clockText(time);
  const name = `The ${event ? 'event-time' : 'processing-time'} timer of ${keyText(key)} at ${at}`;
  const mine: WhyStep = { node, subtask: look.subtask, text: `${operatorName(view.graph, node)}: ${name}` };
  if (timer === undefined) {
    const due = time <= (event ? watermarkOf(look) : look.at);
    const text = due
      ? `${name} has fired, or was removed before`
      : `${name} is not there: it was removed, or never set`;
    return withCause(view, look, asked, text, mine, event);
  }
  const purpose = timer.purpose === null ? '' : `: it ${timer.purpose}`;
  if (event)
    return withCause(view, look, asked, `${name} waits until the watermark reaches ${at}${purpose}`, mine, true);
  const left = Math.max(0, Math.round(time - look.at));
  return {
    sentence: `${name} waits${purpose}; processing time is ${clockText(look.at)}, ${durationText(left)} to go.`,
    steps: [mine],
  };
}

export function whyKey(view: ClusterView, asked: Asked<'key'>, look: Inspected): Why {
  const { node, key } = asked;
  const name = operatorName(view.graph, node);
  const { keyed } = look;
  const steps: WhyStep[] = [{ node, subtask: look.subtask, text: `${name}: key ${keyText(key)}` }];
  if (keyed === null) return { sentence: `${name} keeps no state by key.`, steps };
  const found = keyIn(look, key);
  if (found === null)
    return {
      sentence: `${keyText(key)} has no state at ${name}: no record of it has come, or what it had is over.`,
      steps,
    };
  const parallelism = placeOf(view.graph, node)?.vertex.parallelism ?? 1;
  const index = subtaskOfGroup(found.group, keyed.maxParallelism, parallelism);
  const { start, end } = keyed.range;
  const where =
    key === allRecords
      ? `All records have one state, in ${name} ${index}: their stream has no key (Flink: windowAll)`
      : `${keyText(key)} lives in ${name} ${index}: hash ${found.hash} → key group ${found.group} of ` +
        `${keyed.maxParallelism}, and the subtask owns groups ${start} … ${end}`;
  const windows = found.held.filter(({ window }) => window !== null).length;
  const others = found.held.length + found.heldMore - windows;
  const timers = found.timers.length + found.timersMore;
  const holds = [counted(windows, 'window'), counted(others, 'value'), counted(timers, 'timer')].filter(
    (text) => text !== '',
  );
  return { sentence: `${where}; it holds ${holds.join(', ') || 'nothing'} there.`, steps };
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;

/** The sentence, and where event time matters the cause of the watermark behind it. */
function withCause(
  view: ClusterView,
  look: Inspected,
  asked: Asked<'window'> | Asked<'timer'>,
  text: string,
  mine: WhyStep,
  eventTime: boolean,
): Why {
  if (!eventTime) return { sentence: `${text}.`, steps: [mine] };
  const near = asked.kind === 'window' && asked.start > MIN_EVENT_TIME ? asked.start : null;
  const { clause, steps } = watermarkCause(view, asked.node, look.subtask, near);
  return { sentence: `${text}; ${clause}.`, steps: [mine, ...steps] };
}

const keyIn = (look: Inspected, key: Key): InspectedKey | null =>
  look.keyed?.keys.find((each) => each.key === key) ?? null;

/** Input watermark of the head. */
const watermarkOf = ({ gauges }: Inspected): number => gauges.operators[0]?.watermark ?? MIN_EVENT_TIME;

export function latenessOf(view: ClusterView, node: string): number {
  const found = placeOf(view.graph, node);
  const given = found?.vertex.operators[found.place]?.params['allowedLatenessMs'];
  return typeof given === 'number' ? given : 0;
}

export function windowName(start: number, end: number, key: Key): string {
  const all = start <= MIN_EVENT_TIME && end >= MAX_EVENT_TIME;
  return all ? `The window of all time of ${keyText(key)}` : `Window ${windowText(start, end)} of ${keyText(key)}`;
}

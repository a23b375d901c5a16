/**
 * Callouts: what is notable in a run, said at its place. Three kinds, each computed from the view and true at the moment:
 * a failed subtask, a subtask held back by the one it sends to, a watermark held by one of several channels. Pure.
 */
import { type EventTimeMs, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../base/units.ts';
import type { NodeId } from '../../engine/graph/job.ts';
import type { Channel, ChannelId, SubtaskId } from '../../engine/graph/plan.ts';
import type { ChannelView, ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { failureAdvice, failureMessage } from '../../engine/wire/failures.ts';
import { counted, percent } from './number-text.ts';
import { type TimeSpan, watermarkText } from './watermark-text.ts';

export interface CalloutText {
  /** The same matter has the same key, so that it is not said again and again. */
  readonly key: string;
  readonly tone: 'failure' | 'plain' | 'barrier';
  /** The subtask it speaks of, and the operator to point at. */
  readonly subtask: SubtaskId;
  readonly node: NodeId;
  readonly title: string;
  readonly lines: readonly string[];
}

/** Held back for more than this share of its time. */
const heldShare = 0.5;

/** The most notable matter first. */
export function calloutsOf(view: ClusterView, span: TimeSpan | null): readonly CalloutText[] {
  const lookup = new Lookup(view);
  return [
    ...failures(lookup),
    ...timeouts(lookup),
    ...alignments(lookup),
    ...backpressure(lookup),
    ...heldWatermarks(lookup, span),
  ];
}

/** Names and channels by subtask. */
class Lookup {
  readonly view: ClusterView;
  private readonly into = new Map<SubtaskId, Channel[]>();
  private readonly outOf = new Map<SubtaskId, Channel[]>();

  constructor(view: ClusterView) {
    this.view = view;
    for (const channel of view.graph.channels) {
      push(this.into, channel.to, channel);
      push(this.outOf, channel.from, channel);
    }
  }

  inputs(id: SubtaskId): readonly Channel[] {
    return this.into.get(id) ?? [];
  }

  outputs(id: SubtaskId): readonly Channel[] {
    return this.outOf.get(id) ?? [];
  }

  /** The operator that stands for a subtask: the last of its chain when it sends, the first when it receives. */
  operator(id: SubtaskId, end: 'first' | 'last'): { readonly node: NodeId; readonly name: string } {
    const subtask = this.view.graph.subtasks.find((each) => each.id === id);
    const vertex = this.view.graph.jobGraph.vertices.find((each) => each.id === subtask?.vertex);
    const operator = vertex?.operators.at(end === 'first' ? 0 : -1);
    const several = (vertex?.parallelism ?? 1) > 1;
    const name = operator === undefined ? id : several ? `${operator.name} ${subtask?.index ?? ''}` : operator.name;
    return { node: operator?.node ?? '', name };
  }
}

function* failures(lookup: Lookup): Iterable<CalloutText> {
  for (const { id, failure } of lookup.view.subtasks.values()) {
    if (failure === null) continue;
    const { node, name } = lookup.operator(id, 'first');
    yield {
      key: `failure|${id}`,
      tone: 'failure',
      subtask: id,
      node: failure.node ?? node,
      title: `${name} failed`,
      lines: [failureMessage(failure), failureAdvice(failure)],
    };
  }
}

/**
 * Whoever is held back, by the receiver at the end of the line of full channels: the first that is not held back itself.
 * That one is the bottleneck.
 */
function* backpressure(lookup: Lookup): Iterable<CalloutText> {
  for (const subtask of lookup.view.subtasks.values()) {
    if (subtask.state !== 'running' || subtask.shares.backpressured <= heldShare) continue;
    const full = lookup.outputs(subtask.id).find((channel) => isBlocked(lookup.view.channels.get(channel.id)));
    if (full === undefined) continue;
    const culprit = lookup.view.subtasks.get(endOfLine(lookup, full));
    if (culprit === undefined) continue;
    const held = lookup.operator(subtask.id, 'last');
    const by = lookup.operator(culprit.id, 'first');
    const channel = lookup.view.channels.get(full.id);
    const receiver = lookup.operator(full.to, 'first');
    yield {
      key: `backpressure|${culprit.id}`,
      tone: 'plain',
      subtask: subtask.id,
      node: held.node,
      title: `${held.name} is backpressured by ${by.name}`,
      lines: [
        `The channel to ${receiver.name} is full: ${counted(channel?.input?.queuedBuffers ?? 0, 'buffer')} wait there, no credit is left.`,
        `${by.name} is busy ${percent(culprit.shares.busy)} of its time.`,
      ],
    };
    return;
  }
}

/** Job time for which a switch is told. */
const switchToldMs = 4000;

/** Where an aligned checkpoint has just become unaligned, because its alignment took too long. */
function* timeouts(lookup: Lookup): Iterable<CalloutText> {
  const { view } = lookup;
  for (let i = view.barriers.length - 1; i >= 0; i--) {
    const barrier = view.barriers[i];
    if (barrier === undefined || view.at - barrier.at > switchToldMs) return;
    if (barrier.event.kind !== 'timed-out') continue;
    const { node, name } = lookup.operator(barrier.subtask, 'first');
    yield {
      key: `timeout|${barrier.subtask}`,
      tone: 'barrier',
      subtask: barrier.subtask,
      node,
      title: `Checkpoint ${barrier.event.checkpoint} is unaligned from ${name} on`,
      lines: [
        `Its barriers waited for more than ${view.graph.jobGraph.settings.alignmentTimeoutMs} ms.`,
        'They overtake now; the records that they pass become part of the snapshot.',
      ],
    };
    return;
  }
}

/** A subtask that holds channels back until the other barriers have come. */
function* alignments(lookup: Lookup): Iterable<CalloutText> {
  const checkpoint = lookup.view.checkpoints.history.findLast(({ state }) => state === 'in-progress')?.id ?? null;
  if (checkpoint === null) return;
  for (const { id, state } of lookup.view.subtasks.values()) {
    if (state !== 'running') continue;
    const inputs = lookup.inputs(id).map((channel) => ({ channel, view: lookup.view.channels.get(channel.id) }));
    const held = inputs.filter(({ view }) => view?.input?.blocked === true);
    const missing = inputs.filter(({ view }) => view?.input != null && !view.input.blocked && !view.input.ended);
    const [first] = held;
    const [late] = missing;
    if (first === undefined || late === undefined) continue;
    const here = lookup.operator(id, 'first');
    const waiting = held.reduce((sum, { view }) => sum + (view?.input?.queuedRecords ?? 0), 0);
    const ahead = (late.view?.input?.queuedRecords ?? 0) + (late.view?.inFlightRecords ?? 0);
    yield {
      key: `alignment|${here.node}`,
      tone: 'barrier',
      subtask: id,
      node: here.node,
      title: `${here.name} is aligning checkpoint ${checkpoint}`,
      lines: [
        held.length === 1
          ? `The channel from ${lookup.operator(first.channel.from, 'last').name} is blocked, ${counted(waiting, 'record')} wait.`
          : `${held.length} channels are blocked, ${counted(waiting, 'record')} wait.`,
        `The barrier from ${lookup.operator(late.channel.from, 'last').name} has not come; ${ahead === 0 ? 'no record is' : `at most ${counted(ahead, 'record')} ${ahead === 1 ? 'is' : 'are'}`} before it.`,
      ],
    };
    return;
  }
}

const isBlocked = (channel: ChannelView | undefined): boolean =>
  channel?.output != null && channel.output.credits === 0 && channel.output.queuedBuffers > 0;

function endOfLine(lookup: Lookup, first: Channel): SubtaskId {
  const seen = new Set<ChannelId>();
  for (let channel = first; ; ) {
    seen.add(channel.id);
    const receiver = lookup.view.subtasks.get(channel.to);
    const next = lookup
      .outputs(channel.to)
      .find((each) => isBlocked(lookup.view.channels.get(each.id)) && !seen.has(each.id));
    if (next === undefined || (receiver?.shares.backpressured ?? 0) <= heldShare) return channel.to;
    channel = next;
  }
}

/** A gap of this share of all event time seen so far, and at least a second, is worth a word. */
const gapShare = 0.08;

/** A subtask's watermark is the minimum over its channels: named is the one that holds it, if the others are well ahead. */
function* heldWatermarks(lookup: Lookup, span: TimeSpan | null): Iterable<CalloutText> {
  if (span === null) return;
  for (const subtask of lookup.view.subtasks.values()) {
    if (subtask.state !== 'running') continue;
    const inputs = lookup.inputs(subtask.id).flatMap((channel) => {
      const gauges = lookup.view.channels.get(channel.id)?.input;
      return gauges == null || gauges.idle || gauges.ended ? [] : [{ channel, time: gauges.watermark }];
    });
    const [lowest, next] = inputs.toSorted((a, b) => a.time - b.time);
    if (lowest === undefined || next === undefined || !isGap(lowest.time, next.time, span)) continue;
    const here = lookup.operator(subtask.id, 'first');
    const holder = lookup.operator(lowest.channel.from, 'last');
    yield {
      key: `watermark|${here.node}|${lowest.channel.from}`,
      tone: 'plain',
      subtask: subtask.id,
      node: here.node,
      title: `Watermark of ${here.name} held by ${holder.name}`,
      lines: [
        `It is the least over its channels: ${watermarkText(lowest.time, span)} from ${holder.name}.`,
        `The next is ${watermarkText(next.time, span)}, from ${lookup.operator(next.channel.from, 'last').name}.`,
      ],
    };
    return;
  }
}

function isGap(low: EventTimeMs, next: EventTimeMs, { least, greatest }: TimeSpan): boolean {
  if (low <= MIN_EVENT_TIME || next >= MAX_EVENT_TIME) return false;
  return next - low > Math.max(1000, gapShare * (greatest - least));
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** What a callout has been through: how long a matter has lasted, when it was said. */
export interface CalloutMemory {
  readonly shown: CalloutText | null;
  readonly since: number;
  /** When each matter was first seen without a break. */
  readonly lasting: ReadonlyMap<string, number>;
  /** When each matter was last said. */
  readonly said: ReadonlyMap<string, number>;
}

export const noCallout: CalloutMemory = { shown: null, since: 0, lasting: new Map(), said: new Map() };

/** A matter must last before it is said; what is said stays, goes by itself, and is not said again for a while. */
const lastingMs = { failure: 0, plain: 1800, barrier: 350 } as const;
const shownMsMin = 2500;
const shownMsMax = 9000;
const silenceMs = 45_000;

/** The next memory, given what is notable now (most notable first). One callout at a time. */
export function nextCallout(memory: CalloutMemory, notable: readonly CalloutText[], now: number): CalloutMemory {
  const lasting = new Map(notable.map(({ key }) => [key, memory.lasting.get(key) ?? now]));
  const { shown, since } = memory;
  const same = shown === null ? undefined : notable.find(({ key }) => key === shown.key);
  const keeps = shown !== null && now - since < (same === undefined ? shownMsMin : shownMsMax);
  if (keeps) return { ...memory, shown: same ?? shown, lasting };
  const next = notable.find(
    ({ key, tone }) =>
      now - (lasting.get(key) ?? now) >= lastingMs[tone] && now - (memory.said.get(key) ?? -Infinity) > silenceMs,
  );
  if (next === undefined) return { shown: null, since: now, lasting, said: memory.said };
  return { shown: next, since: now, lasting, said: new Map(memory.said).set(next.key, now) };
}

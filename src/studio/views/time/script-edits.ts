/** Changes to the timeline of a scripted source, as texts: the person's own writing stays as it is around them. */
import { parseTimeline, type PlacedElement } from '../../../base/timeline.ts';

/** Empty where the text cannot be read. */
export function elementsOf(timeline: string): readonly PlacedElement[] {
  const parsed = parseTimeline(timeline);
  return parsed.ok ? parsed.value : [];
}

/** The first `count` elements alone. */
export function truncated(timeline: string, count: number): string {
  const elements = elementsOf(timeline);
  if (count >= elements.length) return timeline;
  return timeline.slice(0, count === 0 ? 0 : elements[count - 1]?.end);
}

/** `element` becomes the one at `index`; never behind the end of the stream. */
export function inserted(timeline: string, index: number, element: string): string {
  const elements = elementsOf(timeline);
  const end = elements.findIndex((each) => each.element.kind === 'end');
  const at = elements[end === -1 ? index : Math.min(index, end)];
  if (at === undefined) return `${timeline.trimEnd()} ${element}`.trimStart();
  return `${timeline.slice(0, at.start)}${element} ${timeline.slice(at.start)}`;
}

export function removed(timeline: string, index: number): string {
  const at = elementsOf(timeline)[index];
  if (at === undefined) return timeline;
  return `${timeline.slice(0, at.start)}${timeline.slice(at.end).trimStart()}`.trimEnd();
}

/** Another event time for a record, or another watermark. */
export function retimed(timeline: string, index: number, time: number): string {
  const at = elementsOf(timeline)[index];
  if (at === undefined) return timeline;
  const text = timeline.slice(at.start, at.end);
  const { element } = at;
  if (element.kind === 'watermark') return replaced(timeline, at, `w${timeOf(time)}`);
  if (element.kind !== 'record') return timeline;
  // The time is behind the last @: a value in quotes may hold one, too.
  const bare = element.time === null ? text : text.slice(0, text.lastIndexOf('@'));
  return replaced(timeline, at, `${bare}@${timeOf(time)}`);
}

const replaced = (timeline: string, { start, end }: PlacedElement, text: string): string =>
  `${timeline.slice(0, start)}${text}${timeline.slice(end)}`;

/** `3s` for whole seconds, else milliseconds. */
export const timeOf = (ms: number): string => (ms !== 0 && ms % 1000 === 0 ? `${ms / 1000}s` : String(ms));

const steps = [1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 60_000, 300_000, 3_600_000] as const;

/** To what is round for a plot that is so high. */
export function snapped(time: number, span: number): number {
  const step = steps.findLast((each) => each <= span / 25) ?? 1;
  const round = Math.round(time / step) * step;
  return round === 0 ? 0 : round;
}

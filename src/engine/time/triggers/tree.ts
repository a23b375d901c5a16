/** A trigger as a value: what its text says, before anything runs. Read by `parse.ts`, written by `text.ts`, run by `make.ts`. */
import type { TriggerName } from './table.ts';

export interface TriggerTree {
  readonly name: TriggerName;
  /** As many as the row of the table has fields. Numbers, durations in ms, names of columns. */
  readonly values: readonly (number | string)[];
  /** In the order of the text. */
  readonly parts: readonly TriggerPart[];
}

export interface TriggerPart {
  /** Of `panes` only; the others are told apart by their order. */
  readonly role: 'early' | 'late' | null;
  readonly trigger: TriggerTree;
}

/** All that the text of a trigger says. */
export interface WholeTrigger {
  readonly trigger: TriggerTree;
  /** What was fired is dropped, whatever the accumulation mode says (Flink: PurgingTrigger). */
  readonly purging: boolean;
}

/** The way to a part: indices of parts, from the outermost trigger. */
export type TriggerPlace = readonly number[];

/** The trigger and all its parts, outer ones first. */
export function* allTriggers(
  trigger: TriggerTree,
  place: TriggerPlace = [],
): Generator<{ readonly trigger: TriggerTree; readonly place: TriggerPlace }> {
  yield { trigger, place };
  for (const [i, part] of trigger.parts.entries()) yield* allTriggers(part.trigger, [...place, i]);
}

/** The triggers that run, made from their text; the one place that knows which class is which name. */
import { assert } from '../../../base/assert.ts';
import { AfterAll, AfterAny, AfterEach, AfterWatermark, OrFinally, Repeatedly } from './composites.ts';
import { AtEnd, Every } from './ends.ts';
import { AfterCount, AfterDelay, AfterDelta, never } from './leaves.ts';
import { parseTrigger } from './parse.ts';
import type { TriggerName } from './table.ts';
import type { TriggerPart, TriggerTree } from './tree.ts';
import type { Trigger } from './trigger.ts';

/** `text` was checked when the job was. */
export function makeTrigger(text: string): { readonly trigger: Trigger; readonly purging: boolean } {
  const parsed = parseTrigger(text);
  assert(parsed.ok, `the trigger “${text}” was checked when the job was drawn`);
  const { trigger, purging } = parsed.value;
  return { trigger: new Making().trigger('t', trigger), purging };
}

/** `id`: what the state of this trigger is called, apart from that of all others. */
type Make = (making: Making, id: string, tree: TriggerTree) => Trigger;

const several =
  (make: (id: string, parts: readonly Trigger[]) => Trigger): Make =>
  (making, id, { parts }) =>
    make(
      id,
      parts.map(({ trigger }) => making.trigger(`${id}.${making.next()}`, trigger)),
    );

const numberOf = ({ values }: TriggerTree): number => values[0] as number;

const makers: Readonly<Record<TriggerName, Make>> = {
  watermark: (_making, id) => new AtEnd(id, 'event'),
  processingTime: (_making, id) => new AtEnd(id, 'processing'),
  never: () => never,
  count: (_making, id, tree) => new AfterCount(id, numberOf(tree)),
  delay: (_making, id, tree) => new AfterDelay(id, numberOf(tree)),
  delta: (_making, id, tree) => new AfterDelta(id, numberOf(tree), tree.values[1] as string),
  everyEventTime: (_making, id, tree) => new Every(id, 'event', numberOf(tree)),
  everyProcessingTime: (_making, id, tree) => new Every(id, 'processing', numberOf(tree)),
  any: several((id, parts) => new AfterAny(id, parts)),
  all: several((id, parts) => new AfterAll(id, parts)),
  each: several((_id, parts) => new AfterEach(parts)),
  repeatedly: (making, id, { parts: [part] }) => new Repeatedly(making.part(`${id}.r`, part)),
  orFinally: (making, id, { parts: [actual, until] }) =>
    new OrFinally(making.part(`${id}.a`, actual), making.part(`${id}.u`, until)),
  afterWatermark(making, id, { parts }) {
    const made = new Map(
      parts.map((part) => [part.role, making.part(`${id}.${part.role === 'early' ? 'e' : 'l'}`, part)]),
    );
    return new AfterWatermark(id, made.get('early') ?? null, made.get('late') ?? null);
  },
};

class Making {
  private made = 0;

  trigger(id: string, tree: TriggerTree): Trigger {
    return makers[tree.name](this, id, tree);
  }

  part(id: string, part: TriggerPart | undefined): Trigger {
    assert(part !== undefined, 'a trigger that was read has its parts');
    return this.trigger(id, part.trigger);
  }

  /** A number that no other part of this trigger has: parts keep their state apart. */
  next(): number {
    return this.made++;
  }
}

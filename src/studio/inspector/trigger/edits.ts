/** What a person does to the tree of a trigger. Pure: each gives a new tree, and what fits is kept. */
import { triggerRow } from '../../../engine/time/triggers/table.ts';
import type { PartsKind, TriggerName, TriggerValueField } from '../../../engine/time/triggers/table.ts';
import type { TriggerPart, TriggerPlace, TriggerTree } from '../../../engine/time/triggers/tree.ts';

/** The tree with the trigger at this place changed. A place that is not there changes nothing. */
export function changedAt(
  tree: TriggerTree,
  [first, ...rest]: TriggerPlace,
  change: (trigger: TriggerTree) => TriggerTree,
): TriggerTree {
  if (first === undefined) return change(tree);
  return {
    ...tree,
    parts: tree.parts.map((part, i) =>
      i === first ? { ...part, trigger: changedAt(part.trigger, rest, change) } : part,
    ),
  };
}

/**
 * Another kind of trigger in the place of this one. A trigger that becomes one made of others becomes its first part; one
 * made of others hands its parts on, as many as the new one takes.
 */
export function asKind(from: TriggerTree, name: TriggerName): TriggerTree {
  const row = triggerRow(name);
  return { name, values: row.values.map((field) => keptValue(from, field)), parts: keptParts(from, row.parts) };
}

export function withValue(trigger: TriggerTree, at: number, value: number | string): TriggerTree {
  return { ...trigger, values: trigger.values.map((each, i) => (i === at ? value : each)) };
}

export function withPart(trigger: TriggerTree, role: TriggerPart['role']): TriggerTree {
  const part = { role, trigger: fresh };
  return { ...trigger, parts: role === 'early' ? [part, ...trigger.parts] : [...trigger.parts, part] };
}

export function withoutPart(trigger: TriggerTree, at: number): TriggerTree {
  return { ...trigger, parts: trigger.parts.filter((_, i) => i !== at) };
}

/** The part one place up (-1) or down (1), past its neighbour. */
export function movedPart(trigger: TriggerTree, at: number, by: -1 | 1): TriggerTree {
  if (!canMove(trigger, at, by)) return trigger;
  const parts = trigger.parts.toSpliced(at, 1).toSpliced(at + by, 0, trigger.parts[at] as TriggerPart);
  return { ...trigger, parts };
}

/** Parts of `panes` have a place of their own; others are told apart by their order. */
export function canMove({ name, parts }: TriggerTree, at: number, by: -1 | 1): boolean {
  return triggerRow(name).parts !== 'panes' && parts[at] !== undefined && parts[at + by] !== undefined;
}

/** Whether the part can go: what is left is still a trigger. */
export function canLose({ name, parts }: TriggerTree): boolean {
  const kind = triggerRow(name).parts;
  return kind === 'panes' || (kind === 'several' && parts.length > 1);
}

/** What a new part is. */
export const fresh: TriggerTree = { name: 'count', values: [1], parts: [] };

function keptValue({ name, values }: TriggerTree, { kind, initial }: TriggerValueField): number | string {
  const at = triggerRow(name).values.findIndex((field) => field.kind === kind);
  return values[at] ?? initial;
}

function keptParts(from: TriggerTree, kind: PartsKind): TriggerPart[] {
  const all = isLeaf(from) ? [from] : from.parts.map(({ trigger }) => trigger);
  const given = all.filter(({ name }) => name !== 'never');
  const [first = fresh, second = fresh] = given;
  const plain = (trigger: TriggerTree): TriggerPart => ({ role: null, trigger });
  switch (kind) {
    case 'none':
      return [];
    case 'one':
      return [plain(first)];
    case 'two':
      return [plain(first), plain(second)];
    case 'several':
      return given.length === 0 ? [plain(fresh)] : given.map(plain);
    case 'panes':
      if (from.name === 'afterWatermark') return [...from.parts];
      // The pane on time is its own.
      return first.name === 'watermark' ? [] : [{ role: 'early', trigger: first }];
  }
}

const isLeaf = ({ name }: TriggerTree): boolean => triggerRow(name).parts === 'none';

/** Writes a trigger as the text that `parse.ts` reads: the same trigger comes back. */
import { unitMs } from './parse.ts';
import { triggerRow } from './table.ts';
import type { ValueKind } from './table.ts';
import type { TriggerPart, TriggerTree, WholeTrigger } from './tree.ts';

export function triggerText({ trigger, purging }: WholeTrigger): string {
  const text = written(trigger);
  return purging ? `purging(${text})` : text;
}

function written({ name, values, parts }: TriggerTree): string {
  const own = triggerRow(name).values.map(({ kind }, i) => valueText(kind, values[i] as number | string));
  return `${name}(${[...own, ...parts.map(partText)].join(', ')})`;
}

const partText = ({ role, trigger }: TriggerPart): string =>
  role === null ? written(trigger) : `${role}: ${written(trigger)}`;

function valueText(kind: ValueKind, value: number | string): string {
  if (kind === 'column') return columnText(String(value));
  const number = Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Number(value)));
  return kind === 'duration' ? durationText(number) : numberText(number);
}

/** A quote has no way into quotes, so a name that has one cannot be written: it is left out. */
const columnText = (name: string): string => (/^[^\s,()":]+$/.test(name) ? name : `"${name.replaceAll('"', '')}"`);

/** In the greatest unit that gives a whole number. */
function durationText(ms: number): string {
  const unit = (['d', 'h', 'min', 's'] as const).find((each) => ms >= unitMs[each] && ms % unitMs[each] === 0) ?? 'ms';
  return `${numberText(ms / unitMs[unit])}${unit}`;
}

/** Without an exponent, which has no place in the notation. */
function numberText(number: number): string {
  const short = String(number);
  return short.includes('e') ? number.toFixed(20).replace(/\.?0+$/, '') : short;
}

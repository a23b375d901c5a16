/** Numbers as the canvas shows them: short, with a unit, never jumping in width more than they must. */

/** `0`, `0.4`, `7`, `42`, `980`, `1.2 k`, `34 k`, `1.5 M`. Without a unit. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value) || value < 0.05) return '0';
  if (value < 9.95) return value < 1 ? value.toFixed(1) : trimmed(value.toFixed(1));
  if (value < 999.5) return String(Math.round(value));
  if (value < 999_500) return `${scaled(value / 1000)} k`;
  return `${scaled(value / 1_000_000)} M`;
}

export const rateText = (perSecond: number): string => `${shortNumber(perSecond)}/s`;

/** `37 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `1 record`, `12 records`. */
export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;

const scaled = (value: number): string => (value < 9.95 ? trimmed(value.toFixed(1)) : String(Math.round(value)));
const trimmed = (text: string): string => (text.endsWith('.0') ? text.slice(0, -2) : text);

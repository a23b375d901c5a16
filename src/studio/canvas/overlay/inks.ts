/** Colours of the overlay: the design tokens, resolved once per theme, because a canvas cannot read CSS variables. */

export interface Inks {
  readonly ground: string;
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly pipe: string;
  readonly pipeEdge: string;
  readonly fill: string;
  readonly fillBlocked: string;
  readonly water: string;
  /** Barriers and checkpoints only. */
  readonly amber: string;
  readonly amberInk: string;
  readonly amberWash: string;
  readonly onAmber: string;
  readonly flow: string;
  /** Colours of keys, see `keyColour`. */
  readonly keys: readonly string[];
  readonly numbers: string;
}

export function readInks(element: Element): Inks {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const keys: string[] = [];
  for (let i = 0; value(`--key-${i}`) !== ''; i++) keys.push(value(`--key-${i}`));
  return {
    ground: value('--ground'),
    paper: value('--paper'),
    ink: value('--ink'),
    muted: value('--muted'),
    pipe: value('--pipe'),
    pipeEdge: value('--pipe-edge'),
    fill: value('--pipe-fill'),
    fillBlocked: value('--pipe-fill-blocked') || value('--water'),
    water: value('--water'),
    amber: value('--amber'),
    amberInk: value('--amber-ink'),
    amberWash: value('--amber-wash'),
    onAmber: value('--on-amber') || '#1b2733',
    flow: value('--pipe-flow') || value('--water'),
    keys: keys.length > 0 ? keys : [value('--ink')],
    numbers: value('--font-number') || 'monospace',
  };
}

/** A trace's hue (0 … 255, a hash of the key) as an index into `count` colours: equal keys are equal everywhere. */
export const keyIndex = (hue: number, count: number): number => Math.floor((hue * count) / 256);

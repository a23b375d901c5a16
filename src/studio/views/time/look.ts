/** What a drawing of the plot is made from: the scene, the scales, and the design tokens in force. */
import { keyIndex, readInks, type Inks } from '../../canvas/overlay/inks.ts';
import type { Brush, Mark } from '../../session/time-pick.ts';
import type { Box } from './boxes.ts';
import type { Inputs } from './inputs.ts';
import type { Scales } from './scales.ts';
import type { Scene } from './scene.ts';

export interface Look {
  readonly inks: Inks;
  /** Typeface of words. */
  readonly words: string;
  readonly hairline: string;
  readonly faint: string;
  readonly wash: string;
  readonly onWater: string;
}

export function lookOf(element: Element): Look {
  const value = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  return {
    inks: readInks(element),
    words: value('--font-ui'),
    hairline: value('--hairline'),
    faint: value('--faint'),
    wash: value('--water-fill'),
    onWater: value('--on-water'),
  };
}

export interface Picture {
  readonly scene: Scene;
  readonly scales: Scales;
  readonly look: Look;
  readonly inputs: Inputs;
  /** Processing time at which the run began: the axis counts from it. */
  readonly origin: number;
  /** What is under the pointer or pinned: a dot, a region, a pane. */
  readonly lit: readonly object[];
  /** Of handles over the canvas: nothing is written under them. */
  readonly reserved: readonly Box[];
  /** What was brushed, or is just being drawn. */
  readonly brush: Brush;
  /** Result rows that are marked. */
  readonly marks: readonly Mark[];
}

export type Pen = CanvasRenderingContext2D;

export const hueColour = ({ inks }: Look, hue: number): string =>
  inks.keys[keyIndex(hue, inks.keys.length)] ?? inks.ink;

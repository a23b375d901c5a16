/** What things on the plot are called: short on the picture, whole sentences for the pointer and the table. */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import { timeText, windowText } from '../../../engine/time/windows.ts';
import { counted } from '../../canvas/number-text.ts';
import type { Region } from './regions.ts';
import type { Dot, PaneMark } from './scene.ts';

/** `on time 31`: the value where there is one pane of one value, else how many there are. */
export function paneTag({ timing, panes }: PaneMark): string {
  const [first] = panes;
  const { value = '', key = '', index = null } = first?.trace ?? {};
  if (panes.length > 3) return `${timing} · ${panes.length} keys`;
  if (panes.length > 1) return `${timing} ${panes.map(({ trace }) => `${trace.key} ${bare(trace.value)}`).join(', ')}`;
  const number = index === null || (index === 0 && timing === 'on time') ? '' : ` #${index}`;
  return `${timing}${number} ${key} ${bare(value)}`.trim();
}

/** `31` for `count 31`; what has several columns is cut. */
function bare(value: string): string {
  const [, first = value] = /^\S+ ([^,]*)(,.*)?$/.exec(value) ?? [];
  return first.length > 14 ? `${first.slice(0, 13)}…` : first;
}

const watermarkWords = (time: number): string =>
  time <= MIN_EVENT_TIME ? 'before any watermark' : time >= MAX_EVENT_TIME ? 'final' : timeText(time);

/** In a cell of a table. */
export const watermarkText = (time: number): string => (time <= MIN_EVENT_TIME ? 'none yet' : watermarkWords(time));

export function dotLines({ trace }: Dot): readonly string[] {
  const { label, time, verdict, watermark, windows = [] } = trace;
  const into = windows.length === 0 ? [] : [`In ${windows.map(spanText).join(', ')}`];
  return [
    label,
    time === null ? 'No event time' : `Event time ${timeText(time)}`,
    verdictText(verdict, time, watermark),
    ...into,
  ];
}

export function verdictText(verdict: Dot['trace']['verdict'], time: number | null, watermark: number): string {
  const by = time === null || watermark >= MAX_EVENT_TIME ? '' : ` by ${gapText(watermark - time)}`;
  switch (verdict) {
    case 'on time':
      return `On time: watermark ${watermarkWords(watermark)}`;
    case 'late':
      return `Late${by}, and taken: watermark ${watermarkWords(watermark)}`;
    case 'dropped':
      return `Too late${by}, dropped: watermark ${watermarkWords(watermark)}`;
  }
}

function gapText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(1))} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Number((ms / 3_600_000).toFixed(1))} h` : `${Number((ms / 86_400_000).toFixed(1))} d`;
}

export const spanText = ([start, end]: readonly [number, number]): string =>
  end >= MAX_EVENT_TIME ? 'the global window' : windowText(start, end);

export function paneLines({ window, timing, panes }: PaneMark): readonly string[] {
  const shown = panes.slice(0, 6).map(({ trace: { key, index, value } }) => {
    const number = index === null ? '' : ` (pane ${index})`;
    return `${key}: ${value}${number}`;
  });
  const more = panes.length > 6 ? [`and ${panes.length - 6} more keys`] : [];
  const watermark = panes[0]?.trace.watermark ?? MIN_EVENT_TIME;
  return [
    `${timing === 'on time' ? 'On time' : timing === 'early' ? 'Early' : 'Late'}: window ${spanText(window)}`,
    ...shown,
    ...more,
    `Watermark ${watermarkWords(watermark)}`,
  ];
}

export function regionLines({ key, window, steps, keys, passed, gone, merged }: Region): readonly string[] {
  const records = steps.at(-1)?.[1] ?? 0;
  const whose = key === null ? `of ${counted(keys, 'key')}` : `of ${key}`;
  const state = merged
    ? 'Merged into another window'
    : gone !== null
      ? 'Gone'
      : passed === null
        ? 'Open'
        : 'Fired, and kept for late records';
  return [`Window ${spanText(window)} ${whose}`, counted(records, 'record'), state];
}

/** A line of a script's run as text, in the words and the notation of timelines. */
import { printElement } from '../../../base/timeline.ts';
import type { TimelineValue } from '../../../base/timeline.ts';
import { eventTime, MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import type { CellValue } from '../../../engine/graph/schema.ts';
import type { At, Rec, ScriptLine } from './lines.ts';

export const placeText = ({ name, subtask }: Pick<At, 'name' | 'subtask'>): string =>
  subtask === null ? name : `${name}/${subtask}`;

/** What a line is about, in a word or two. */
export const whatText = (line: ScriptLine): string =>
  line.kind === 'side-output' ? `side ${tagText(line.port)}` : line.kind;

/** The rest of it. Of a pane: key, window, value, timing and index. */
export function partsText(line: ScriptLine): readonly string[] {
  switch (line.kind) {
    case 'pane': {
      const { window, timing, index } = line;
      const span = window === null ? 'global' : `[${window.start}, ${window.end})`;
      const value = Object.keys(line.row).length === 0 ? 'nothing' : `${JSON.stringify(line.row)}${stamp(line)}`;
      return [keyText(line.key), span, value, `${timing}, index ${index}`];
    }
    case 'record':
    case 'late':
    case 'result':
    case 'side-output':
      return [recordText(line)];
    case 'dropped':
      return [`${line.records} late`];
    case 'watermark':
      return [timeText(line.time)];
    case 'idle':
    case 'active':
      return [];
  }
}

/** In quotes where one could not tell where it ends. */
const tagText = (tag: string): string => (/\s/.test(tag) ? JSON.stringify(tag) : tag);

/** As it would be written: `key=value` for two columns, bare for one, else an object. */
function recordText({ row, timestamp }: Rec): string {
  const cells = Object.values(row) as TimelineValue[];
  const [first = null, second = null] = cells;
  const body =
    cells.length === 2 && first !== null && typeof first !== 'object'
      ? valueText(second, first)
      : valueText(cells.length === 1 ? first : (row as TimelineValue));
  return `${body}${stamp({ timestamp })}`;
}

const valueText = (value: TimelineValue, key: string | number | boolean | null = null): string =>
  printElement({ kind: 'record', key, value, time: null });

const stamp = ({ timestamp }: Pick<Rec, 'timestamp'>): string => (timestamp === null ? '' : `@${timeText(timestamp)}`);

const keyText = (key: CellValue | readonly CellValue[]): string => valueText(key as TimelineValue);

export function timeText(time: number): string {
  if (time === MAX_EVENT_TIME) return 'final';
  return time === MIN_EVENT_TIME ? 'none' : String(eventTime(time));
}

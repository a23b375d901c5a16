/** What can be taken away of a sink: the rows of the brush, all that are shown, and where that is a table, its changes. Pure. */
import type { ResultView } from '../../../engine/telemetry/cluster-view.ts';
import { counted } from '../../canvas/number-text.ts';
import { isBrushed, type Brush } from '../../session/time-pick.ts';
import { brushedText, type Coming } from './brush-words.ts';
import { RowIndex } from './row-index.ts';
import { shownOf } from './shown-table.ts';

export type Part = 'picked' | 'whole' | 'changes';

/** What is shown comes first. */
export function partsOf(result: ResultView, brush: Brush): readonly Part[] {
  return [
    ...(isBrushed(brush) ? (['picked'] as const) : []),
    'whole',
    ...(result.table === null ? [] : (['changes'] as const)),
  ];
}

export function comingOf(result: ResultView): Coming {
  if (result.table !== null) return 'changes';
  return result.transactions.size > 0 ? 'is committed' : 'arrives';
}

/** What part it is, with its rows counted. `shown`: the rows of the brush, or all. */
export function partText(part: Part, result: ResultView, brush: Brush, shown: RowIndex, origin: number): string {
  const { size, whole } = shown;
  if (part === 'picked') {
    const none = { timeless: 0, arrivalUnknown: 0 };
    return brushedText({ brush, coming: comingOf(result), origin, size, whole, ...none });
  }
  if (part === 'changes') return `All changes: ${result.kept.toLocaleString('en-US')}`;
  return `${result.table === null ? 'All rows' : 'The whole table'}: ${whole.toLocaleString('en-US')}`;
}

export function rowsOf(part: Part, result: ResultView, brush: Brush): RowIndex {
  if (part === 'changes') return new RowIndex(result);
  return part === 'picked' ? new RowIndex(shownOf(result), brush) : new RowIndex(shownOf(result));
}

/** `3 rows of the picked span copied.` */
export function copiedText(part: Part, { table }: ResultView, { size }: RowIndex): string {
  if (part === 'changes') return `${counted(size, 'change')} copied.`;
  const of = part === 'picked' ? ' of the picked span' : table === null ? '' : ' of the table';
  return `${counted(size, table === null && part === 'whole' ? 'record' : 'row')}${of} copied.`;
}

const suffixes: Readonly<Record<Part, string>> = { picked: '-picked', whole: '', changes: '-changes' };

export const fileName = (sink: string, part: Part, format: string): string =>
  `${sink.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}${suffixes[part]}.${format}`;

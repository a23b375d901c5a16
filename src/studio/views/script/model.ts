/** What is shown of the lines of a played script: steps with their effects, filtered, a page at a time. Pure. */
import type { NodeId } from '../../../engine/graph/job.ts';
import type { PlayedKind, PlayedLine } from '../../../hosts/script-play.ts';

/** A step with what came of it. */
export interface Group {
  /** Place of its first line among all lines. */
  readonly at: number;
  /** Null: what came before the first step. */
  readonly step: PlayedLine | null;
  readonly effects: readonly PlayedLine[];
}

export const shownKinds = [
  { value: 'all', label: 'All lines', kinds: null },
  { value: 'panes', label: 'Panes', kinds: ['pane'] },
  { value: 'late', label: 'Late and side output', kinds: ['late', 'dropped', 'side-output'] },
  { value: 'records', label: 'Records and results', kinds: ['record', 'result'] },
  { value: 'watermarks', label: 'Watermarks and idleness', kinds: ['watermark', 'idle', 'active'] },
  { value: 'recovery', label: 'Checkpoints and failures', kinds: ['checkpoint', 'failure'] },
] as const satisfies readonly { value: string; label: string; kinds: readonly PlayedKind[] | null }[];

export type ShownKinds = (typeof shownKinds)[number]['value'];

export interface Filter {
  readonly kinds: ShownKinds;
  /** Null: all operators. */
  readonly node: NodeId | null;
}

/** What is marked: a line of the script, and of its steps the one that is looked at, by its place among the lines. */
export interface Marked {
  readonly line: number;
  readonly at: number | null;
}

export function groupsOf(lines: readonly PlayedLine[]): readonly Group[] {
  const groups: (Group & { readonly effects: PlayedLine[] })[] = [];
  for (const [at, line] of lines.entries()) {
    const last = groups.at(-1);
    if (line.kind === 'step') groups.push({ at, step: line, effects: [] });
    else if (last === undefined) groups.push({ at, step: null, effects: [line] });
    else last.effects.push(line);
  }
  return groups;
}

/** Of the effects those that are wanted, each under its step. Steps without any go, unless all is wanted. */
export function filtered(groups: readonly Group[], { kinds, node }: Filter): readonly Group[] {
  const wanted: readonly PlayedKind[] | null = shownKinds.find(({ value }) => value === kinds)?.kinds ?? null;
  if (wanted === null && node === null) return groups;
  return groups.flatMap((group) => {
    const effects = group.effects.filter(
      (line) => (wanted === null || wanted.includes(line.kind)) && (node === null || line.node === node),
    );
    return effects.length === 0 ? [] : [{ ...group, effects }];
  });
}

/** Lines of a page: what a browser lays out without effort. */
const linesOfPage = 400;

/** Cut into pages; a step that is longer than one goes on over several. */
export function pagesOf(groups: readonly Group[], most = linesOfPage): readonly (readonly Group[])[] {
  const pages: Group[][] = [];
  let room = 0;
  for (const group of groups) {
    let { effects } = group;
    do {
      if (room <= 0) {
        pages.push([]);
        room = most;
      }
      const taken = effects.slice(0, Math.max(1, room - 1));
      pages.at(-1)?.push({ ...group, effects: taken });
      room -= taken.length + 1;
      effects = effects.slice(taken.length);
    } while (effects.length > 0);
  }
  return pages;
}

/** Operators of which there is a line, in the order of their first. */
export function operatorsOf(lines: readonly PlayedLine[]): readonly { readonly node: NodeId; readonly name: string }[] {
  const names = new Map<NodeId, string>();
  for (const { kind, node, place } of lines)
    if (kind !== 'step' && node !== null && !names.has(node)) names.set(node, place.replace(/\/\d+$/, ''));
  return [...names].map(([node, name]) => ({ node, name }));
}

/** The line of a text, from 1, in which this character is. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The first character of a line, from 1; the end of the text if it has none such. */
export function offsetOf(text: string, line: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(
    text.length,
    before.reduce((sum, one) => sum + one.length + 1, 0),
  );
}

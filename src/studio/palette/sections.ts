/** The palette's sections and its search. Pure. */
import { families, type Family, type OperatorKind } from '../../engine/graph/kind.ts';

export interface PaletteSection {
  readonly family: Family;
  readonly title: string;
  readonly kinds: readonly OperatorKind[];
}

const titles: Readonly<Record<Family, string>> = {
  source: 'Sources',
  transform: 'Transform',
  time: 'Time',
  join: 'Join',
  sink: 'Sinks',
};

/** Sections with at least one kind that matches; titles that begin with the query come first. */
export function paletteSections(kinds: readonly OperatorKind[], query: string): readonly PaletteSection[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return families
    .map((family) => ({
      family,
      title: titles[family],
      kinds: kinds
        .filter((kind) => kind.family === family && matches(kind, words))
        .toSorted((a, b) => rank(a, words) - rank(b, words)),
    }))
    .filter((section) => section.kinds.length > 0);
}

/** Each word begins a word of the title or the section, or occurs in the summary from three letters on. */
function matches(kind: OperatorKind, words: readonly string[]): boolean {
  const title = `${kind.title} ${kind.kind} ${titles[kind.family]}`.toLowerCase();
  return words.every((word) => title.includes(word) || (word.length > 2 && kind.summary.toLowerCase().includes(word)));
}

const rank = (kind: OperatorKind, words: readonly string[]): number =>
  words.length > 0 && kind.title.toLowerCase().startsWith(words.join(' ')) ? 0 : 1;

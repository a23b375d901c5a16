/** The README's table of operators, made from the registry so that it cannot go stale. */
import { families } from '../engine/graph/kind.ts';
import type { Family, OperatorKind } from '../engine/graph/kind.ts';
import { outputsOf } from '../engine/graph/ports.ts';

const titles: Readonly<Record<Family, string>> = {
  source: 'Sources',
  transform: 'Transformations',
  time: 'Windows and time',
  join: 'Joins',
  sink: 'Sinks',
};

const start = '<!-- operators: made by `npm run readme` -->';
const end = '<!-- /operators -->';

/** Markdown, one row per kind, grouped as in the palette and in its order. */
export function operatorRows(kinds: readonly OperatorKind[]): string {
  const rows = families.flatMap((family) =>
    kinds.filter((kind) => kind.family === family).map((kind) => row(titles[family], kind)),
  );
  return ['| | operator | what it does | in | out |', '|---|---|---|---|---|', ...rows].join('\n');
}

function row(family: string, operator: OperatorKind): string {
  const { title, kind, summary, inputs } = operator;
  const into = inputs.map(
    ({ name, keyed, many }) =>
      `${name}${keyed === 'either' ? ', keyed or not' : keyed ? ', keyed' : ''}${many ? ', several' : ''}`,
  );
  const ports = outputsOf(operator, {});
  const out = ports.flatMap(({ name, side, tag }) => (tag ? [] : `${name}${side ? ', side' : ''}`));
  if (ports.some(({ tag }) => tag)) out.push('side outputs by their tags');
  const cells = [family, `**${title}** \`${kind}\``, summary, into.join('; '), out.join('; ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/**
 * The README with a fresh table between its two markers.
 * @throws Error if a marker is missing
 */
export function withOperatorTable(readme: string, kinds: readonly OperatorKind[]): string {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md needs the markers ${start} and ${end} around the table.`);
  return `${readme.slice(0, from + start.length)}\n\n${operatorRows(kinds)}\n\n${readme.slice(to)}`;
}

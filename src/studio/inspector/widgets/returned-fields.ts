/**
 * What a function that is being written returns against the declared columns, as far as its text shows: object literals in
 * the places where it returns. What cannot be told from the text is found while it runs (`operators/declared.ts`).
 */
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { namesDetails } from '../../../engine/graph/problem-details.ts';
import type { ParamIssue } from '../../../engine/graph/problems.ts';
import type { Schema } from '../../../engine/graph/schema.ts';

type SyntaxNode = ReturnType<typeof typescriptLanguage.parser.parse>['topNode'];

export interface ReturnedColumns {
  /** What the function is to return. */
  readonly declared: Schema;
  /** Its columns and those that are kept. */
  readonly output: Schema;
  /** Of the row that it is given. */
  readonly input: Schema;
}

/** Something wrong, and the part of the text that is; the end is behind it. */
export interface PlacedIssue {
  readonly issue: ParamIssue;
  readonly from: number;
  readonly to: number;
}

interface Field {
  readonly names: readonly string[];
  readonly from: number;
  readonly to: number;
}

export function returnIssues(source: string, { declared, output, input }: ReturnedColumns): readonly PlacedIssue[] {
  const text = `(${source}\n)`;
  const made = functionIn(typescriptLanguage.parser.parse(text).topNode);
  if (made === null || declared.length === 0) return [];
  const inputNames = input.map(({ name }) => name);
  const parameter = firstParameter(made, text);
  const results = resultsOf(made).map((node) => fieldsOf(node, text, parameter, inputNames));
  const taken = new Set([...declared, ...output].map(({ name }) => name));
  const only = declared.length === 1 ? declared[0]?.name : undefined;
  // With a single column, an object that does not have it is its value.
  const rows = only === undefined ? results : results.filter((each) => has(each, only));
  const dropped = rows.flatMap(({ fields }) =>
    fields.flatMap(({ names, from, to }): PlacedIssue[] => {
      const none = names.filter((name) => !taken.has(name));
      return none.length === 0 ? [] : [{ issue: issueOf('undeclared-field', none), from: from - 1, to: to - 1 }];
    }),
  );
  return [...dropped, ...missing(rows, declared, made)];
}

const issueOf = (code: 'undeclared-field' | 'unreturned-column', names: readonly string[]): ParamIssue => ({
  code,
  details: namesDetails(names),
});

/** What one place returns. `whole`: there can be no other fields. */
interface Returned {
  readonly fields: readonly Field[];
  readonly whole: boolean;
}

const has = ({ fields }: Returned, name: string): boolean => fields.some(({ names }) => names.includes(name));

/** Columns that none of the places has, if all of them can be told. */
function missing(rows: readonly Returned[], declared: Schema, made: SyntaxNode): PlacedIssue[] {
  if (rows.length === 0 || rows.some(({ whole }) => !whole)) return [];
  const names = declared
    .filter(({ name, type }) => type !== 'rowkind' && !rows.some((row) => has(row, name)))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [{ issue: issueOf('unreturned-column', names), from: made.from - 1, to: made.to - 1 }];
}

const isFunction = ({ name }: SyntaxNode): boolean => name === 'ArrowFunction' || name === 'FunctionExpression';

function functionIn(top: SyntaxNode): SyntaxNode | null {
  let node: SyntaxNode | null = top.firstChild;
  while (node !== null && !isFunction(node))
    node =
      node.name === 'ExpressionStatement'
        ? node.firstChild
        : node.name === 'ParenthesizedExpression'
          ? inside(node)
          : null;
  return node;
}

/** The expression between brackets. */
const inside = (node: SyntaxNode): SyntaxNode | null => node.firstChild?.nextSibling ?? null;

function firstParameter(made: SyntaxNode, text: string): string | null {
  const first = made.getChild('ParamList')?.getChild('VariableDefinition') ?? null;
  return first === null ? null : text.slice(first.from, first.to);
}

/** The expressions that it returns; not those of functions within. */
function resultsOf(made: SyntaxNode): SyntaxNode[] {
  const body = made.lastChild;
  if (body === null) return [];
  return (body.name === 'Block' ? returned(body) : [body]).flatMap(alternatives);
}

function returned(node: SyntaxNode): SyntaxNode[] {
  if (isFunction(node) || node.name === 'FunctionDeclaration' || node.name === 'MethodDeclaration') return [];
  if (node.name === 'ReturnStatement') {
    const value = inside(node);
    return value === null || value.name === ';' ? [] : [value];
  }
  return children(node).flatMap(returned);
}

function children(node: SyntaxNode): SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) all.push(child);
  return all;
}

/** Through brackets and both ends of a condition. */
function alternatives(node: SyntaxNode): SyntaxNode[] {
  if (node.name === 'ParenthesizedExpression') {
    const within = inside(node);
    return within === null ? [] : alternatives(within);
  }
  if (node.name !== 'ConditionalExpression') return [node];
  const [, , then, , otherwise] = children(node);
  return [then, otherwise].flatMap((each) => (each === undefined ? [] : alternatives(each)));
}

function fieldsOf(node: SyntaxNode, text: string, parameter: string | null, input: readonly string[]): Returned {
  if (node.name !== 'ObjectExpression') return { fields: [], whole: false };
  const fields: Field[] = [];
  let whole = true;
  for (const property of node.getChildren('Property')) {
    const key = property.firstChild;
    const [, spread] = key?.name === 'Spread' ? children(property) : [];
    const place = { from: property.from, to: property.to };
    if (spread !== undefined && text.slice(spread.from, spread.to) === parameter)
      fields.push({ names: input, ...place });
    else if (key?.name === 'PropertyDefinition' || key?.name === 'String')
      fields.push({ names: [nameOf(text.slice(key.from, key.to))], from: key.from, to: key.to });
    else whole = false;
  }
  return { fields, whole };
}

const nameOf = (key: string): string => key.replace(/^(['"])(.*)\1$/, '$2');

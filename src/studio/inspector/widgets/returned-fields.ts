/**
 * What a function that is being written returns against the declared columns, as far as its text shows: object literals in
 * the places where it returns. What cannot be told from the text is found while it runs (`operators/declared.ts`).
 */
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { namesDetails } from '../../../engine/graph/problem-details.ts';
import type { ParamIssue, ProblemCode } from '../../../engine/graph/problems.ts';
import type { FieldMeta } from '../../../engine/graph/params.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { asSchema, type FormValues, type Streams } from '../form-model.ts';

type SyntaxNode = ReturnType<typeof typescriptLanguage.parser.parse>['topNode'];

export interface ReturnedColumns {
  /** What the function is to return. */
  readonly declared: Schema;
  /** Its columns and those that are kept. */
  readonly output: Schema;
  /** Of the row that it is given. */
  readonly input: Schema;
  /** Present: it is given two such rows, to make one of them; these columns it may leave out. */
  readonly combines?: readonly string[];
}

type FunctionMeta = Pick<FieldMeta & { readonly widget: 'function' }, 'returns' | 'combines'>;

/** What the function of a field is to return; null: no record. */
export function returnedColumns(meta: FunctionMeta, values: FormValues, streams: Streams): ReturnedColumns | null {
  const { input, key, output } = streams;
  if (meta.returns !== undefined) return { declared: asSchema(values[meta.returns]), output, input };
  if (meta.combines === undefined) return null;
  return { declared: input, output: input, input, combines: meta.combines === 'values' ? key : [] };
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
  /** Its text says that it is another value than the column of this name in the row that the function is given. */
  readonly other: boolean;
}

/** The text that is read, and what is known of the row that the function is given. */
interface Reading {
  readonly text: string;
  /** Name of the parameter that is the row; null for none. */
  readonly row: string | null;
  readonly input: readonly string[];
}

export function returnIssues(source: string, against: ReturnedColumns): readonly PlacedIssue[] {
  const { declared, output, combines } = against;
  const text = `(${source}\n)`;
  const made = functionIn(typescriptLanguage.parser.parse(text).topNode);
  if (made === null || declared.length === 0) return [];
  const reading = { text, row: firstParameter(made, text), input: namesOf(against.input) };
  const results = resultsOf(made).map((node) => fieldsOf(node, reading));
  const own = namesOf(declared);
  const taken = new Set([...own, ...namesOf(output)]);
  const only = combines === undefined && own.length === 1 ? own[0] : undefined;
  // With a single column, an object that does not have it is its value.
  const returned = only === undefined ? results : results.filter((each) => has(each, only));
  const fields = returned.flatMap((each) => each.fields);
  const more = combines === undefined ? 'undeclared-field' : 'unreduced-field';
  return [
    ...told(more, fields, (name) => !taken.has(name)),
    ...told(
      'kept-field',
      fields.filter(({ other }) => other),
      (name) => taken.has(name) && !own.includes(name),
    ),
    ...missing(returned, against, made),
  ];
}

const namesOf = (schema: Schema): string[] => schema.map(({ name }) => name);

/** Of each field the names for which this is so. */
const told = (code: ProblemCode, fields: readonly Field[], isSo: (name: string) => boolean): PlacedIssue[] =>
  fields.flatMap(({ names, from, to }): PlacedIssue[] => {
    const some = names.filter(isSo);
    return some.length === 0 ? [] : [{ issue: issueOf(code, some), from: from - 1, to: to - 1 }];
  });

const issueOf = (code: ProblemCode, names: readonly string[]): ParamIssue => ({ code, details: namesDetails(names) });

/** What one place returns. `whole`: there can be no other fields. */
interface Returned {
  readonly fields: readonly Field[];
  readonly whole: boolean;
}

const has = ({ fields }: Returned, name: string): boolean => fields.some(({ names }) => names.includes(name));

/** Columns that none of the places has, if all of them can be told. */
function missing(rows: readonly Returned[], against: ReturnedColumns, made: SyntaxNode): PlacedIssue[] {
  if (rows.length === 0 || rows.some(({ whole }) => !whole)) return [];
  const { declared, combines = [] } = against;
  const wanted = declared.filter(({ name, type }) => type !== 'rowkind' && !combines.includes(name));
  const names = namesOf(wanted).filter((name) => !rows.some((row) => has(row, name)));
  if (names.length === 0) return [];
  const code = against.combines === undefined ? 'unreturned-column' : 'unreduced-column';
  return [{ issue: issueOf(code, names), from: made.from - 1, to: made.to - 1 }];
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

function fieldsOf(node: SyntaxNode, reading: Reading): Returned {
  if (node.name !== 'ObjectExpression') return { fields: [], whole: false };
  const { text, row, input } = reading;
  const fields: Field[] = [];
  let whole = true;
  for (const property of node.getChildren('Property')) {
    const key = property.firstChild;
    const [, spread] = key?.name === 'Spread' ? children(property) : [];
    if (spread !== undefined && text.slice(spread.from, spread.to) === row)
      fields.push({ names: input, from: property.from, to: property.to, other: false });
    else if (key?.name === 'PropertyDefinition' || key?.name === 'String') {
      const name = nameOf(text.slice(key.from, key.to));
      fields.push({ names: [name], from: key.from, to: key.to, other: isOther(property, name, reading) });
    } else whole = false;
  }
  return { fields, whole };
}

/** Expressions that make a value of their own, whatever the names in them stand for. */
const making = new Set(['Number', 'String', 'TemplateString', 'BooleanLiteral', 'BinaryExpression', 'UnaryExpression']);

/** `n: row.n * 2`, `n: 'x'`, `n: row.m`; what a name or a call stands for is seen only while it runs. */
function isOther(property: SyntaxNode, name: string, { text, row }: Reading): boolean {
  const value = property.lastChild;
  if (value === null || value.name === 'PropertyDefinition') return false;
  if (making.has(value.name)) return value !== property.firstChild;
  const [object, column] = text.slice(value.from, value.to).split('.');
  return value.name === 'MemberExpression' && object === row && /^[\w$]+$/.test(column ?? '') && column !== name;
}

const nameOf = (key: string): string => key.replace(/^(['"])(.*)\1$/, '$2');

/**
 * Reads one source file into the facts that the rules of `rules.ts` judge. By syntax tree, so that a word in a comment
 * or a string is never mistaken for code.
 */
import ts from 'typescript';

export interface Import {
  /** As written: `../base/heap.ts`, `zod/mini`. */
  readonly specifier: string;
  /** Nothing of it is there at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Something that a rule may forbid, e.g. `Math.random`, and its line. */
export interface Mention {
  readonly what: string;
  readonly line: number;
}

export interface SourceFacts {
  /** From the repository's root, with forward slashes: `src/base/heap.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Uses of the clock, chance, promises and the like, see `impure`. */
  readonly impurities: readonly Mention[];
  /** Lines with the type `any`. */
  readonly anys: readonly number[];
  readonly defaultExports: readonly number[];
  /** Does nothing but pass on what other files export. */
  readonly barrel: boolean;
  /** Opens with a comment that has a sentence. */
  readonly header: boolean;
}

/** Globals that make a run depend on more than its messages. `Date` is judged by how it is used. */
const impureGlobals = new Set(
  (
    'performance setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame Promise console crypto ' +
    'globalThis Intl fetch process'
  ).split(' '),
);
/** Methods that depend on the time zone or the language of the machine. */
const localMethods = new Set(
  (
    'getDate getDay getFullYear getHours getMinutes getMonth getSeconds getTimezoneOffset localeCompare ' +
    'toLocaleDateString toLocaleLowerCase toLocaleString toLocaleTimeString toLocaleUpperCase'
  ).split(' '),
);

/** @param path decides how the text is read (`.tsx`), and is passed on */
export function scan(path: string, text: string): SourceFacts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const imports: Import[] = [];
  const impurities: Mention[] = [];
  const anys: number[] = [];
  const defaultExports: number[] = [];

  const visit = (node: ts.Node): void => {
    const imported = importOf(node);
    if (imported !== null) imports.push({ ...imported, line: lineOf(node) });
    const what = impure(node);
    if (what !== null) impurities.push({ what, line: lineOf(node) });
    if (node.kind === ts.SyntaxKind.AnyKeyword) anys.push(lineOf(node));
    if (isDefaultExport(node)) defaultExports.push(lineOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);

  return { path, text, imports, impurities, anys, defaultExports, barrel: isBarrel(source), header: hasHeader(text) };
}

function importOf(node: ts.Node): Omit<Import, 'line'> | null {
  if (ts.isImportDeclaration(node)) {
    return literal(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return literal(node.moduleSpecifier, node.isTypeOnly);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal, true);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0], false);
  }
  // new URL('./worker.ts', import.meta.url)
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.[1]?.getText() === metaUrl) {
    return literal(node.arguments[0], false);
  }
  return null;
}

const metaUrl = 'import.meta.url';

function literal(node: ts.Node | undefined, typeOnly: boolean): Omit<Import, 'line'> | null {
  if (node === undefined || !ts.isStringLiteralLike(node)) return null;
  return { specifier: node.text.replace(/\?.*$/, ''), typeOnly };
}

/** What is impure about this node itself, or null. */
function impure(node: ts.Node): string | null {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isPropertyAccessExpression(node)) {
    const text = `${node.expression.getText()}.${node.name.text}`;
    if (['Math.random', 'Date.now', 'Date.parse'].includes(text)) return text;
    return localMethods.has(node.name.text) ? `.${node.name.text}` : null;
  }
  // With one argument, a number, it only converts; with none it reads the clock, with several the time zone.
  const dateArguments =
    ts.isNewExpression(node) && node.expression.getText() === 'Date' ? (node.arguments ?? []) : null;
  if (dateArguments !== null && dateArguments.length !== 1) return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  return ts.isIdentifier(node) && impureGlobals.has(node.text) && isReference(node) ? node.text : null;
}

/** Whether an identifier names a variable, not a member, a declaration or a key. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return firstPart(parent) === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  // `x instanceof Promise` only tells what somebody else made.
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return false;
  return !('name' in parent && parent.name === node) && !('propertyName' in parent && parent.propertyName === node);
}

function firstPart(node: ts.PropertyAccessExpression | ts.QualifiedName): ts.Node {
  return ts.isQualifiedName(node) ? node.left : node.expression;
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function isBarrel(source: ts.SourceFile): boolean {
  const passesOn = (statement: ts.Statement): boolean => ts.isExportDeclaration(statement);
  const kept = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
  return kept.length > 0 && kept.every(passesOn);
}

function hasHeader(text: string): boolean {
  const opening = /^(?:#!.*\n)?\s*(\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(text)?.[1] ?? '';
  return /\w+\s+\w+\s+\w+/.test(opening);
}

/**
 * Looks at JSON text before it becomes a value: where its syntax breaks, how deep it nests, and on which line a path is.
 * `JSON.parse` tells none of these alike in all browsers, keeps only the last of two fields with one name, and makes
 * Infinity of 1e999. One pass, no recursion.
 */

export type JsonPath = readonly (string | number)[];

export interface JsonFault {
  readonly path: JsonPath;
  /** From 1. */
  readonly line: number;
  /** Without a full stop. */
  readonly reason: string;
}

const nestingMax = 64;

/** What is wrong with the text as JSON for a job file, or null. */
export function faultInJson(text: string): JsonFault | null {
  const scan = new Scan(text, null);
  try {
    scan.run();
    return null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { path: error.path, line: lineAt(text, error.offset), reason: error.message };
  }
}

/**
 * The lines where these paths are, in the same order; for one that is not there, the line of the innermost object or list
 * around it. The text must be free of faults.
 */
export function linesOf(text: string, paths: readonly JsonPath[]): number[] {
  const wanted = new Map<string, number>();
  for (const path of paths) for (let i = 0; i <= path.length; i++) wanted.set(JSON.stringify(path.slice(0, i)), 0);
  const deepest = paths.reduce((most, path) => Math.max(most, path.length), 0);
  new Scan(text, wanted, deepest).run();
  return paths.map((path) => {
    for (let i = path.length; i > 0; i--) {
      const offset = wanted.get(JSON.stringify(path.slice(0, i))) ?? 0;
      if (offset > 0) return lineAt(text, offset);
    }
    return 1;
  });
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

class Fault extends Error {
  readonly offset: number;
  readonly path: JsonPath;
  constructor(offset: number, path: JsonPath, reason: string) {
    super(reason);
    this.offset = offset;
    this.path = path;
  }
}

/** An object or list whose end has not come. */
interface Open {
  readonly close: '}' | ']';
  /** Field names so far; null in a list. */
  readonly names: Set<string> | null;
  /** Name or index of the value at hand. */
  at: string | number;
}

const numberHere = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordHere = /true|false|null/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them in texts.
const plainTextHere = /[^"\\\u0000-\u001f]+/y;
const escapeHere = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Scan {
  private readonly text: string;
  /** Offsets by path, to be filled in; null where nobody asks. */
  private readonly wanted: Map<string, number> | null;
  /** Length of the longest path asked for: below it nothing need be looked up. */
  private readonly deepest: number;
  private readonly open: Open[] = [];
  private offset = 0;

  constructor(text: string, wanted: Map<string, number> | null, deepest = 0) {
    this.text = text;
    this.wanted = wanted;
    this.deepest = deepest;
  }

  run(): void {
    this.value();
    while (this.open.length > 0) this.next();
    this.space();
    if (this.offset < this.text.length) this.fail('the file goes on after its end');
  }

  /** After a value inside an object or list: its end, or the next value. */
  private next(): void {
    const inner = this.open.at(-1) as Open;
    this.space();
    const isFirst = inner.names ? inner.names.size === 0 : inner.at === -1;
    if (this.take(inner.close)) {
      this.open.pop();
      return;
    }
    if (!isFirst && !this.take(',')) this.fail(`a comma or ${inner.close} is missing`);
    this.space();
    if (inner.names) this.name(inner, inner.names);
    else inner.at = (inner.at as number) + 1;
    this.value();
  }

  private name(inner: Open, names: Set<string>): void {
    const start = this.offset;
    if (this.text.charAt(start) !== '"') this.fail('a field name in double quotes is missing');
    this.string();
    const name = JSON.parse(this.text.slice(start, this.offset)) as string;
    if (name === '__proto__') this.fail('the field name __proto__ is not allowed', start);
    if (names.has(name)) this.fail(`the field “${name.slice(0, 60)}” is there twice`, start);
    names.add(name);
    inner.at = name;
    this.space();
    if (!this.take(':')) this.fail('a colon is missing');
  }

  private value(): void {
    this.space();
    this.note();
    const next = this.text.charAt(this.offset);
    if (next === '{') this.enter({ close: '}', names: new Set(), at: '' });
    else if (next === '[') this.enter({ close: ']', names: null, at: -1 });
    else if (next === '"') this.string();
    else if (!this.match(wordHere)) this.number();
  }

  private enter(open: Open): void {
    if (this.open.length >= nestingMax) this.fail(`it nests deeper than ${nestingMax} levels`);
    this.offset++;
    this.open.push(open);
  }

  private number(): void {
    const start = this.offset;
    if (!this.match(numberHere))
      this.fail(start >= this.text.length ? 'the file ends too early' : 'a value is missing');
    if (!Number.isFinite(Number(this.text.slice(start, this.offset)))) this.fail('the number is too large', start);
  }

  private string(): void {
    const start = this.offset++;
    while (!this.take('"')) {
      if (this.match(plainTextHere) || this.match(escapeHere)) continue;
      const reason = this.offset >= this.text.length ? 'the closing quote of a text is missing' : undefined;
      this.fail(
        reason ?? 'a text has a character that must be escaped, or a broken escape',
        reason ? start : this.offset,
      );
    }
  }

  private note(): void {
    if (!this.wanted || this.open.length > this.deepest) return;
    const path = JSON.stringify(this.path());
    if (this.wanted.has(path)) this.wanted.set(path, this.offset);
  }

  private path(): JsonPath {
    return this.open.map((open) => open.at);
  }

  private space(): void {
    while (' \n\r\t'.includes(this.text.charAt(this.offset)) && this.offset < this.text.length) this.offset++;
  }

  private take(character: string): boolean {
    if (this.text.charAt(this.offset) !== character) return false;
    this.offset++;
    return true;
  }

  private match(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    if (!pattern.test(this.text)) return false;
    this.offset = pattern.lastIndex;
    return true;
  }

  private fail(reason: string, offset = this.offset): never {
    const path = this.path().filter((step) => step !== -1 && step !== '');
    throw new Fault(offset, path, reason);
  }
}

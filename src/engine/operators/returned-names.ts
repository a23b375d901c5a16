/**
 * Compares the fields that a person's function returns with the columns that there are for them: what no column takes is
 * dropped, what never comes is null, and what is kept of the input is not replaced; each of them is told once. What the
 * text of a function shows of it is told while it is written (`studio/inspector/widgets/returned-fields.ts`).
 */
import { namesDetails } from '../graph/problem-details.ts';
import type { ProblemCode } from '../graph/problems.ts';
import type { Row } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';

/** So many of the first results are looked at, then one of every `sampleEvery`: looking at names allocates. */
const firstResults = 256;
const sampleEvery = 1024;
/** A column that none of so many results had is one that the function does not know. */
const resultsWithout = 32;

export interface ReturnedAgainst {
  /** Fields that become columns. */
  readonly taken: readonly string[];
  /** Those of them that are null unless it returns them. */
  readonly wanted: readonly string[];
  /** Columns that come from this row, its input, whatever it returns. */
  readonly kept?: { readonly names: readonly string[]; readonly row: Row };
  /** The parameter at which it is told. */
  readonly param: string;
  readonly codes: { readonly more: ProblemCode; readonly less: ProblemCode };
}

export class ReturnedNames {
  private readonly against: ReturnedAgainst;
  private readonly context: Pick<OperatorContext, 'found'>;
  private readonly taken: ReadonlySet<string>;
  private readonly unseen: Set<string>;
  private seen = 0;
  private told = false;
  private toldOfKept: boolean;

  constructor(against: ReturnedAgainst, context: Pick<OperatorContext, 'found'>) {
    const kept = against.kept?.names ?? [];
    this.against = against;
    this.context = context;
    this.taken = new Set([...against.taken, ...kept]);
    this.unseen = new Set(against.wanted);
    this.toldOfKept = kept.length === 0;
  }

  see(result: object): void {
    const number = ++this.seen;
    if (number > firstResults && number % sampleEvery !== 0) return;
    if (!this.told) this.lookForMore(result);
    if (!this.toldOfKept) this.lookForOther(result as Row);
    if (this.unseen.size > 0 && number <= resultsWithout) this.lookForLess(result, number);
  }

  private lookForMore(result: object): void {
    const dropped = Object.keys(result).filter((name) => !this.taken.has(name));
    if (dropped.length === 0) return;
    this.told = true;
    this.tell(this.against.codes.more, dropped);
  }

  private lookForOther(result: Row): void {
    const { names, row } = this.against.kept as { names: readonly string[]; row: Row };
    const other = names.filter((name) => Object.hasOwn(result, name) && !sameValue(result[name], row[name]));
    if (other.length === 0) return;
    this.toldOfKept = true;
    this.tell('kept-field', other);
  }

  private lookForLess(result: object, number: number): void {
    for (const name of this.unseen) if (name in result) this.unseen.delete(name);
    if (number === resultsWithout && this.unseen.size > 0) this.tell(this.against.codes.less, [...this.unseen]);
  }

  private tell(code: ProblemCode, names: readonly string[]): void {
    this.context.found({ code, param: this.against.param, details: namesDetails(names) });
  }
}

/** Values of json are equal by what they hold. */
const sameValue = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

/**
 * JSON with one form per value, as UTF-8: what snapshots are made of. Equal values give equal bytes whatever the order
 * in which their properties were set, so that equal states have equal fingerprints.
 *
 * - Properties are in the order in which JavaScript lists an object whose names were set in order of UTF-16 units.
 * - Numbers that JSON does not have are `{"$":"NaN"}`, `{"$":"Infinity"}`, `{"$":"-Infinity"}`, `{"$":"-0"}`. A property
 *   name that starts with `$` therefore gets one `$` more.
 * - Lone surrogates are escaped (JSON.stringify does so), so any text comes back as it was.
 * - Properties that are undefined are left out. Whatever else JSON cannot say is refused.
 */
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Says what and where: `a function at [2].count`. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  private readonly what: string;
  private readonly place: string;

  constructor(what: string, place = '') {
    super(place === '' ? what : `${what} at ${place}`);
    this.what = what;
    this.place = place;
  }

  below(step: string | number): NotJsonError {
    return new NotJsonError(this.what, (typeof step === 'number' ? `[${step}]` : `.${step}`) + this.place);
  }
}

/** Throws a NotJsonError for what JSON cannot say: functions, bigints, Maps, Dates, rings … */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return encodeUtf8(canonicalText(value));
}

/** The same as text. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value, 0)) as string;
}

/** Throws an Error if the bytes are not JSON. */
export function decodeJson(bytes: Uint8Array): unknown {
  return readCanonical(decodeUtf8(bytes));
}

/** The value of `canonicalText`. Throws an Error if it is not JSON. */
export function readCanonical(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('"$') ? unescaped(value) : value;
}

/** Deeper than any state; a ring is found here. */
const deepest = 500;

/** The value itself where it is canonical already (most are), else a copy that is. */
function canonical(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return isPlain(value) ? value : { $: value === 0 ? '-0' : String(value) };
  if (typeof value !== 'object') throw new NotJsonError(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (depth >= deepest) throw new NotJsonError('an object that contains itself, or is nested too deeply');
  return Array.isArray(value) ? canonicalArray(value, depth + 1) : canonicalObject(value, depth + 1);
}

/** JSON has it: it is finite and not -0. */
function isPlain(number: number): boolean {
  return number - number === 0 && (number !== 0 || 1 / number > 0);
}

function canonicalArray(array: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | null = null;
  let i = 0;
  try {
    for (; i < array.length; i++) {
      const item = array[i];
      if (typeof item === 'string') continue;
      const done = canonical(item, depth);
      if (done === item) continue;
      copy ??= array.slice();
      copy[i] = done;
    }
  } catch (error) {
    throw below(error, i, depth);
  }
  return copy ?? array;
}

function canonicalObject(object: object, depth: number): object {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null)
    throw new NotJsonError(`an object of class ${object.constructor?.name ?? 'unknown'}`);
  const source = object as Readonly<Record<string, unknown>>;
  let inOrder = true;
  let last = '';
  let name = '';
  try {
    for (name in source) {
      const item = source[name];
      inOrder = name >= last && name.charCodeAt(0) !== dollar && item !== undefined;
      if (inOrder && typeof item !== 'string') inOrder = canonical(item, depth) === item;
      if (!inOrder) break;
      last = name;
    }
  } catch (error) {
    throw below(error, name, depth);
  }
  return inOrder ? object : sorted(source, depth);
}

const dollar = 0x24;

function sorted(source: Readonly<Record<string, unknown>>, depth: number): object {
  const copy: Record<string, unknown> = {};
  let name = '';
  try {
    for (name of Object.keys(source).sort()) {
      const item = source[name];
      if (item === undefined) continue;
      set(copy, name.charCodeAt(0) === dollar ? `$${name}` : name, canonical(item, depth));
    }
  } catch (error) {
    throw below(error, name, depth);
  }
  return copy;
}

/** `__proto__` as a property like any other. */
function set(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else object[name] = value;
}

/** Steps named in a message; the rest of a ring would say nothing more. */
const stepsMost = 20;

function below(error: unknown, step: string | number, depth: number): unknown {
  return error instanceof NotJsonError && depth <= stepsMost ? error.below(step) : error;
}

function unescaped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unescaped(value[i]);
    return value;
  }
  const source = value as Record<string, unknown>;
  if (typeof source['$'] === 'string') return Number(source['$']);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(source))
    set(copy, name.startsWith('$') ? name.slice(1) : name, unescaped(item));
  return copy;
}

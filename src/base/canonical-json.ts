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
  const text = decodeUtf8(bytes);
  const value: unknown = JSON.parse(text);
  return text.includes('"$') ? unescaped(value) : value;
}

/** Deeper than any state; a ring is found here. */
const deepest = 500;

/** The value itself where it is canonical already (most are), else a copy that is. */
function canonical(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (value === 0) return Object.is(value, -0) ? { $: '-0' } : value;
    return Number.isFinite(value) ? value : { $: String(value) };
  }
  if (typeof value !== 'object') throw new NotJsonError(`${typeof value === 'undefined' ? '' : 'a '}${typeof value}`);
  if (depth >= deepest) throw new NotJsonError('an object that contains itself, or is nested too deeply');
  return Array.isArray(value) ? canonicalArray(value, depth) : canonicalObject(value, depth);
}

function canonicalArray(array: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    const done = placed(i, item, depth);
    if (done === item) continue;
    copy ??= array.slice();
    copy[i] = done;
  }
  return copy ?? array;
}

function canonicalObject(object: object, depth: number): object {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null)
    throw new NotJsonError(`an object of class ${object.constructor?.name ?? 'unknown'}`);
  const source = object as Readonly<Record<string, unknown>>;
  let last = '';
  for (const name in source) {
    const item = source[name];
    if (name < last || name.charCodeAt(0) === dollar || item === undefined) return sorted(source, depth);
    if (placed(name, item, depth) !== item) return sorted(source, depth);
    last = name;
  }
  return object;
}

const dollar = 0x24;

function sorted(source: Readonly<Record<string, unknown>>, depth: number): object {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(source).sort()) {
    const item = source[name];
    if (item === undefined) continue;
    set(copy, name.charCodeAt(0) === dollar ? `$${name}` : name, placed(name, item, depth));
  }
  return copy;
}

/** `__proto__` as a property like any other. */
function set(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else object[name] = value;
}

/** What stands at a place, with the place in the message of a failure. */
function placed(place: string | number, item: unknown, depth: number): unknown {
  // The commonest need no further look.
  if (typeof item === 'string' || typeof item === 'boolean') return item;
  if (typeof item === 'number' && item !== 0 && item - item === 0) return item;
  try {
    return canonical(item, depth + 1);
  } catch (error) {
    if (!(error instanceof NotJsonError) || depth >= placesMost) throw error;
    throw error.below(place);
  }
}

/** Places named; the rest of a ring would say nothing more. */
const placesMost = 20;

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

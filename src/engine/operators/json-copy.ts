/**
 * Copies of what a user's function puts into state and gets out of it, so that nothing it does to an object afterwards
 * reaches the state or a snapshot that is being written. What JSON cannot say is refused.
 */
import { NotJsonError } from '../../base/canonical-json.ts';
import type { JsonValue } from '../graph/schema.ts';

/** Deeper than any state; a ring is found here. */
const deepest = 200;

/** A plain copy; numbers that JSON lacks (NaN, Infinity) are kept, as snapshots keep them. Throws a NotJsonError. */
export function jsonCopy(value: unknown, depth = 0): JsonValue {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' || value === null)
    return value;
  if (typeof value !== 'object') throw new NotJsonError(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (depth >= deepest) throw new NotJsonError('an object that contains itself, or is nested too deeply');
  return Array.isArray(value) ? arrayCopy(value, depth) : objectCopy(value, depth);
}

function arrayCopy(array: readonly unknown[], depth: number): JsonValue {
  const copy: JsonValue[] = [];
  for (let i = 0; i < array.length; i++) copy.push(partCopy(array[i], i, depth));
  return copy;
}

/** The row of a function has getters; their values are copied. Properties that are undefined are left out. */
function objectCopy(object: object, depth: number): JsonValue {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new NotJsonError(`an object of class ${object.constructor?.name ?? 'unknown'}`);
  const copy: Record<string, JsonValue> = {};
  for (const name of Object.keys(object)) {
    const value = (object as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) put(copy, name, partCopy(value, name, depth));
  }
  return copy;
}

function partCopy(value: unknown, step: string | number, depth: number): JsonValue {
  try {
    return jsonCopy(value, depth + 1);
  } catch (error) {
    // Of a ring, the whole way round and round says nothing.
    throw error instanceof NotJsonError && depth < placeDepth ? error.below(step) : error;
  }
}

const placeDepth = 10;

/** `__proto__` is a property like any other. */
function put(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true });
  else object[name] = value;
}

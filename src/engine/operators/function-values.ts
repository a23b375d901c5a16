/**
 * What a user's function hands to a state: checked, and copied as Flink's RocksDB backend does by serializing, so that
 * only the methods of a state change it. `state` is what messages call it: `State “count”`.
 */
import { NotJsonError } from '../../base/canonical-json.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import { shown } from '../wire/coerce.ts';
import { jsonCopy } from './json-copy.ts';

/** What a function gets to see: null for nothing. */
export const copied = (value: JsonValue | undefined): JsonValue => (value === undefined ? null : jsonCopy(value));

/** What a state keeps of a value. */
export function kept(state: string, call: string, value: unknown): JsonValue {
  try {
    return jsonCopy(value);
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new Error(`${state}: ${call} was given ${error.message}; a state keeps what JSON can say`, { cause: error });
  }
}

/** Flink: “You cannot add null to a ListState.” */
export function present(state: string, call: string, value: unknown): JsonValue {
  if (value === null) throw new Error(`${state}: ${call} takes no null`);
  return kept(state, call, value);
}

export function mapKeyOf(state: string, mapKey: unknown): Key {
  if (typeof mapKey === 'string' || typeof mapKey === 'boolean' || mapKey === null) return mapKey;
  if (typeof mapKey === 'number' && !Number.isNaN(mapKey)) return mapKey;
  throw new Error(`${state}: a key of a map is a string, a number, a boolean or null, not ${shown(mapKey)}`);
}

/** How messages speak of states by name: a `state`, at `ctx.state`, that changes by e.g. `update(value)`. */
export interface StateWords {
  readonly what: string;
  readonly where: string;
  readonly change: string;
}

/**
 * What states by name fall back on: a plain object would give undefined for a name that was not declared, and an error
 * far from its cause.
 */
export function undeclared(names: readonly string[], { what, where, change }: StateWords): object {
  const declared = names.length === 0 ? 'none is' : names.join(', ');
  return new Proxy(Object.freeze({}), {
    get(_, property) {
      // JSON.stringify and the console look for these.
      if (typeof property === 'symbol' || property === 'toJSON') return undefined;
      throw new Error(`No ${what} “${property}” is declared. Declared: ${declared}`);
    },
    set(_, property) {
      throw new Error(`“${where}.${String(property)}” cannot be set; a state changes by its methods, e.g. ${change}`);
    },
  });
}

/** Canonical JSON against the platform's own UTF-8 and JSON, and for round trips of whatever a state may hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, decodeJson, encodeJson, NotJsonError } from './canonical-json.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);
const name = fc.oneof(
  text,
  fc.constantFrom('$', '$$', '$a', '__proto__', 'constructor', 'toString', '10', '9', '01', ''),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, NaN, Infinity, -Infinity, -0, 0),
    fc.double(),
    fc.integer(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
}));

/** The same value with the properties of each object set in another order. */
function shuffled(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  if (Array.isArray(item)) return item.map(shuffled);
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(item).reverse())
    Object.defineProperty(copy, key, { value: shuffled(each), enumerable: true, configurable: true, writable: true });
  return copy;
}

/** Strict as Object.is at the leaves; the order of properties does not count. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const names = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every(
      (each) =>
        Object.hasOwn(b, each) && same((a as Record<string, unknown>)[each], (b as Record<string, unknown>)[each]),
    )
  );
}

describe('canonical JSON', () => {
  it('gives every value back exactly', () => {
    fc.assert(
      fc.property(value, (item) => {
        return same(decodeJson(encodeJson(item)), item);
      }),
      { numRuns: 500 },
    );
  });

  it('gives equal bytes for equal values, in whatever order their properties were set', () => {
    fc.assert(
      fc.property(value, (item) => {
        expect(encodeJson(shuffled(item))).toEqual(encodeJson(item));
      }),
      { numRuns: 500 },
    );
  });

  it('gives different bytes for different values', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        return (canonicalText(a) === canonicalText(b)) === same(a, b);
      }),
    );
  });

  it('leaves the value as it was', () => {
    const item = { b: [NaN, { d: 1, c: -0 }], a: 1 };
    expect(canonicalText(item)).toBe('{"a":1,"b":[{"$":"NaN"},{"c":{"$":"-0"},"d":1}]}');
    expect(JSON.stringify(Object.keys(item))).toBe('["b","a"]');
    expect(item.b[0]).toBe(NaN);
  });

  it('is JSON that any reader takes, where there is nothing that JSON cannot say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (item) => {
        fc.pre(!JSON.stringify(item).includes('"$') && !hasMinusZero(item));
        expect(JSON.parse(platformDecode(encodeJson(item)))).toEqual(item);
      }),
    );
  });

  it('leaves out properties that are undefined', () => {
    expect(canonicalText({ b: undefined, a: { c: undefined } })).toBe('{"a":{}}');
  });

  it.each([
    [undefined, 'undefined'],
    [{ a: [1, () => 1] }, 'a function at .a[1]'],
    [{ a: 1n }, 'a bigint at .a'],
    [[[new Map()]], 'an object of class Map at [0][0]'],
    [{ since: new Date(0) }, 'an object of class Date at .since'],
    [[undefined], 'undefined at [0]'],
    [new Uint8Array(2), 'an object of class Uint8Array'],
  ])('refuses what JSON cannot say: %o', (item, message) => {
    expect(failure(() => encodeJson(item))).toBe(message);
  });

  it('refuses a ring with a message', () => {
    const ring: { self?: unknown } = {};
    ring.self = { a: [ring] };
    expect(() => encodeJson(ring)).toThrow(/an object that contains itself, or is nested too deeply at \.self\.a/);
  });
});

describe('UTF-8', () => {
  it('is what the platform makes of any text', () => {
    fc.assert(
      fc.property(text, (item) => {
        expect(encodeUtf8(item)).toEqual(platformEncode(item));
      }),
      { numRuns: 500 },
    );
  });

  it('reads what the platform reads, and refuses what it refuses', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      text.map((item) => platformEncode(item)),
      fc
        .tuple(
          fc.constantFrom(0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4),
          fc.uint8Array({ min: 0x80, max: 0xbf, maxLength: 4 }),
        )
        .map(([first, rest]) => Uint8Array.of(first, ...rest)),
    );
    fc.assert(
      fc.property(bytes, (item) => {
        const read = (decode: () => string): string | null => {
          try {
            return decode();
          } catch {
            return null;
          }
        };
        expect(read(() => decodeUtf8(item))).toBe(read(() => platformDecode(item)));
      }),
      { numRuns: 2000 },
    );
  });

  it('goes over the seams of its slices', () => {
    const long = 'ä😀a'.repeat(9001);
    expect(decodeUtf8(encodeUtf8(long))).toBe(long);
  });
});

/** The language's own UTF-8, which is strict. */
function platformEncode(item: string): Uint8Array {
  const escaped = encodeURIComponent(item.replace(/\p{Surrogate}/gu, '\ufffd'));
  const bytes = escaped.match(/%[0-9A-F]{2}|[^%]/g) ?? [];
  return Uint8Array.from(bytes, (each) => (each.length === 1 ? each.charCodeAt(0) : parseInt(each.slice(1), 16)));
}

function platformDecode(bytes: Uint8Array): string {
  return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
}

function failure(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof NotJsonError) return error.message;
    throw error;
  }
}

function hasMinusZero(item: unknown): boolean {
  if (typeof item === 'number') return Object.is(item, -0);
  return typeof item === 'object' && item !== null && Object.values(item).some(hasMinusZero);
}

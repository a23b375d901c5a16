/**
 * Takes away from a Worker's global scope what a job's functions have no business with: the network, storage, other
 * tabs, other Workers, the messages of the engine. What is not on the list goes, so an API of tomorrow is not left open.
 *
 * This is the inner wall. The outer one is the page's content security policy, which the Worker inherits: it also
 * refuses what is syntax, `import('https://…')`. Modules of the engine keep what they took into a variable before.
 */

/** The language itself. */
const language = [
  'Object Function Array Number Boolean String Symbol BigInt Date Promise RegExp Proxy Reflect JSON Math Intl Temporal',
  'Map Set WeakMap WeakSet WeakRef FinalizationRegistry Iterator AsyncIterator DisposableStack AsyncDisposableStack',
  'ArrayBuffer SharedArrayBuffer DataView Atomics Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array',
  'Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array',
  'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError',
  'Infinity NaN undefined globalThis parseFloat parseInt isFinite isNaN eval',
  'decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape WebAssembly',
];

/** What computes, and reaches nothing. Parsers of files need most of it. */
const harmless = [
  'self console performance structuredClone queueMicrotask setTimeout clearTimeout setInterval clearInterval',
  'atob btoa crypto TextEncoder TextDecoder TextEncoderStream TextDecoderStream URL URLSearchParams',
  'Blob File ReadableStream WritableStream TransformStream CompressionStream DecompressionStream Response Headers',
  'AbortController AbortSignal Event EventTarget DOMException MessageChannel MessagePort MessageEvent constructor',
];

const allowed: ReadonlySet<PropertyKey> = new Set([...language, ...harmless].flatMap((line) => line.split(' ')));

/** Call it once, after the modules of the engine are loaded and before any function of the job is compiled. */
export function lockDown(scope: object): void {
  for (
    let level: object | null = scope;
    level !== null && !isEventTarget(level);
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const name of Reflect.ownKeys(level)) {
      if (!allowed.has(name) && typeof name === 'string') remove(level, name);
    }
  }
}

const isEventTarget = (level: object): boolean => level === EventTarget.prototype || level === Object.prototype;

/** A property that cannot be deleted is overwritten for good; constants of the platform are numbers and may stay. */
function remove(level: object, name: string): void {
  if (Reflect.deleteProperty(level, name)) return;
  if (typeof Reflect.getOwnPropertyDescriptor(level, name)?.value === 'number') return;
  if (Reflect.defineProperty(level, name, { value: undefined, writable: false, configurable: false })) return;
  throw new Error(`The global ${name} cannot be taken away from functions.`);
}

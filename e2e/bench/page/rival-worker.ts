/** The Workers of `rivals.ts`: hand-written loops without an engine. Each answers with records per second. */
import { AliasTable, mix32, stream } from '../../../src/engine/operators/random-keys.ts';
import { packText, unpackText } from '../../../src/engine/wire/packed-text.ts';
import { generated } from './jobs.ts';
import type { Encoding, RawPort } from './rivals.ts';

export type Rival =
  | { readonly kind: 'object-loop'; readonly records: number }
  | ({ readonly kind: 'send'; readonly port: MessagePort } & RawPort)
  | { readonly kind: 'receive'; readonly port: MessagePort }
  | {
      readonly kind: 'send-text';
      readonly port: MessagePort;
      readonly encoding: Encoding;
      readonly distinct: number;
      readonly rows: number;
      readonly ms: number;
    }
  | { readonly kind: 'receive-text'; readonly port: MessagePort };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Rival>) => void;
  postMessage(message: number): void;
};

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'object-loop':
      objectLoop(data.records / 10);
      scope.postMessage(objectLoop(data.records));
      break;
    case 'send':
      send(data);
      break;
    case 'receive':
      receive(data.port);
      break;
    case 'send-text':
      sendText(data);
      break;
    case 'receive-text':
      receiveText(data.port);
      break;
  }
};

interface Made {
  readonly key: string;
  readonly value: number;
  readonly sequence: number;
  readonly time: number;
}

/** The arithmetic of the generator operator (src/engine/operators/generator.ts), without disorder. */
class Source {
  private readonly table = new AliasTable(generated.keys, 0);
  private readonly names = Array.from({ length: generated.keys }, (_, i) => `k${i}`);
  private readonly base = mix32(generated.seed ^ stream.base);

  hash(sequence: number): number {
    return mix32(this.base ^ (sequence | 0) ^ Math.imul((sequence / 0x1_0000_0000) | 0, stream.high));
  }

  key(h: number): number {
    return this.table.pick(mix32(h ^ stream.column), mix32(h ^ stream.alias));
  }

  value(h: number): number {
    return (100 / 0x1_0000_0000) * (mix32(h ^ stream.value) >>> 0);
  }

  time(h: number, sequence: number): number {
    return (
      generated.startMs +
      Math.floor(sequence * generated.stepMs) -
      Math.floor((1 / 0x1_0000_0000) * (mix32(h ^ stream.disorder) >>> 0))
    );
  }

  record(sequence: number): Made {
    const h = this.hash(sequence);
    return { key: this.names[this.key(h)] as string, value: this.value(h), sequence, time: this.time(h, sequence) };
  }
}

/** Tumbling count per key, as one would write it for data in order: a Map per open window, fired when time passes it. */
function objectLoop(records: number): number {
  const source = new Source();
  const results: { key: string; start: number; count: number }[] = [];
  const windows = new Map<number, Map<string, number>>();
  let fired = 0;
  let nextEnd = generated.startMs + generated.windowMs;
  const startedAt = performance.now();
  for (let sequence = 0; sequence < records; sequence++) {
    const record = source.record(sequence);
    const start = record.time - (((record.time % generated.windowMs) + generated.windowMs) % generated.windowMs);
    let counts = windows.get(start);
    if (counts === undefined) windows.set(start, (counts = new Map()));
    counts.set(record.key, (counts.get(record.key) ?? 0) + 1);
    if (record.time < nextEnd) continue;
    nextEnd = start + generated.windowMs;
    for (const [open, perKey] of windows) {
      if (open >= start) continue;
      for (const [key, count] of perKey) results.push({ key, start: open, count });
      windows.delete(open);
    }
    fired += results.length;
    results.length = 0;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (fired === 0) throw new Error('no window fired');
  return records / seconds;
}

/** Layout of a buffer of the generator's schema: event time, value, sequence, time (8 bytes each), key code (4). */
function fill(source: Source, segment: ArrayBuffer, rows: number, from: number): void {
  const timestamps = new Float64Array(segment, 0, rows);
  const values = new Float64Array(segment, 8 * rows, rows);
  const sequences = new Float64Array(segment, 16 * rows, rows);
  const times = new Float64Array(segment, 24 * rows, rows);
  const keys = new Int32Array(segment, 32 * rows, rows);
  for (let i = 0; i < rows; i++) {
    const h = source.hash(from + i);
    keys[i] = source.key(h);
    values[i] = source.value(h);
    sequences[i] = from + i;
    times[i] = source.time(h, from + i);
    timestamps[i] = times[i] as number;
  }
}

const bytesPerRow = 36;

function send({ port, rows, buffers, ms, fill: filled }: RawPort & { readonly port: MessagePort }): void {
  const source = new Source();
  const startedAt = performance.now();
  let sent = 0;
  let counting = { at: startedAt, sent: 0 };
  let warm = false;
  const post = (segment: ArrayBuffer): void => {
    if (filled) fill(source, segment, rows, sent);
    sent += rows;
    port.postMessage(segment, [segment]);
  };
  port.onmessage = (event: MessageEvent<ArrayBuffer>) => {
    const now = performance.now();
    if (!warm && now - startedAt > ms / 5) {
      warm = true;
      counting = { at: now, sent };
    }
    if (now - startedAt < ms) post(event.data);
    else scope.postMessage(((sent - counting.sent) / (now - counting.at)) * 1000);
  };
  for (let i = 0; i < buffers; i++) post(new ArrayBuffer(bytesPerRow * rows));
}

let checksum = 0;

/** Looks at every key, so that the memory is really read, and gives the buffer back. */
function receive(port: MessagePort): void {
  port.onmessage = (event: MessageEvent<ArrayBuffer>) => {
    const rows = event.data.byteLength / bytesPerRow;
    const keys = new Int32Array(event.data, 32 * rows, rows);
    for (let i = 0; i < rows; i++) checksum = (checksum + (keys[i] as number)) | 0;
    port.postMessage(event.data, [event.data]);
  };
}

type TextMessage =
  | { readonly kind: 'joined'; readonly text: string; readonly lengths: string; readonly codes: Int32Array }
  | { readonly kind: 'strings'; readonly strings: readonly string[] }
  | { readonly kind: 'objects'; readonly objects: readonly { readonly word: string }[] };

function sendText(task: Extract<Rival, { kind: 'send-text' }>): void {
  const { port, encoding, distinct, rows, ms } = task;
  const words = Array.from({ length: distinct }, (_, i) => `word-${(i * 7919).toString(36)}-${i}`);
  const column = Array.from({ length: rows }, (_, i) => words[i % distinct] as string);
  const startedAt = performance.now();
  let sent = 0;
  const post = (): void => {
    sent += rows;
    const message = encode(encoding, column);
    port.postMessage(message, message.kind === 'joined' ? [message.codes.buffer as ArrayBuffer] : []);
  };
  port.onmessage = () => {
    const now = performance.now();
    if (now - startedAt < ms) post();
    else scope.postMessage((sent / (now - startedAt)) * 1000);
  };
  for (let i = 0; i < 4; i++) post();
}

/** `joined` is what the engine does: each word once, packed; records are codes. */
function encode(encoding: Encoding, column: readonly string[]): TextMessage {
  if (encoding === 'strings') return { kind: 'strings', strings: column };
  if (encoding === 'objects') return { kind: 'objects', objects: column.map((word) => ({ word })) };
  const known = new Map<string, number>();
  const codes = new Int32Array(column.length);
  column.forEach((word, i) => {
    const code = known.get(word) ?? known.size;
    if (code === known.size) known.set(word, code);
    codes[i] = code;
  });
  return { kind: 'joined', ...packText([...known.keys()]), codes };
}

function receiveText(port: MessagePort): void {
  port.onmessage = (event: MessageEvent<TextMessage>) => {
    for (const word of decode(event.data)) checksum = (checksum + word.length) | 0;
    port.postMessage(null);
  };
}

function decode(message: TextMessage): readonly string[] {
  if (message.kind === 'strings') return message.strings;
  if (message.kind === 'objects') return message.objects.map(({ word }) => word);
  const entries = unpackText(message);
  return Array.from(message.codes, (code) => entries[code] as string);
}

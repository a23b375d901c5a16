/**
 * What the engine is measured against: the same work written by hand, without an engine, in plain Workers.
 */
import type { Rival } from './rival-worker.ts';

/** Records per second of the object loop: same generator arithmetic, same windows and keys, one thread. */
export function objectLoop(records: number): Promise<number> {
  return ask({ kind: 'object-loop', records });
}

export interface RawPort {
  /** Whether the sender computes the generator's records into each buffer, or sends the memory as it is. */
  readonly fill: boolean;
  readonly rows: number;
  readonly buffers: number;
  readonly ms: number;
}

/** Rows per second over one MessagePort between two Workers: transferred columns, credits, nothing else. */
export async function rawPort(options: RawPort): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const receiver = start();
  receiver.postMessage({ kind: 'receive', port: port2 } satisfies Rival, [port2]);
  const rate = await ask({ kind: 'send', port: port1, ...options }, [port1]);
  receiver.terminate();
  return rate;
}

export const encodings = ['joined', 'strings', 'objects'] as const;
export type Encoding = (typeof encodings)[number];

/** Records per second of text sent from one Worker to another and read there. `distinct`: different words per message. */
export async function textTransfer(encoding: Encoding, distinct: number, ms: number): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const receiver = start();
  receiver.postMessage({ kind: 'receive-text', port: port2 } satisfies Rival, [port2]);
  const rate = await ask({ kind: 'send-text', port: port1, encoding, distinct, rows: 2048, ms }, [port1]);
  receiver.terminate();
  return rate;
}

function start(): Worker {
  return new Worker(new URL('./rival-worker.ts', import.meta.url), { type: 'module' });
}

function ask(rival: Rival, transfer: Transferable[] = []): Promise<number> {
  const worker = start();
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<number>) => {
      worker.terminate();
      resolve(event.data);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(rival, transfer);
  });
}

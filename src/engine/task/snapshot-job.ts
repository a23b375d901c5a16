/**
 * The asynchronous part of one snapshot: encodes in bounded portions, writes, and knows when all is there. Processing
 * goes on meanwhile.
 */
import { fingerprintOf } from '../../base/fingerprint.ts';
import type { ProcessingTimeMs } from '../../base/units.ts';
import type {
  CheckpointOptions,
  ChunkPlace,
  SnapshotMetrics,
  StateChunk,
  StateHandle,
  SubtaskSnapshot,
} from '../wire/checkpoints.ts';
import { encodeParts } from './snapshot-chunks.ts';
import type { EncodedChunk, InFlightPart } from './snapshot-chunks.ts';

/** What is encoded between two portions of processing. */
const portionBytes = 128 * 1024;
const portionChunks = 16;
/** What one write request carries, about, and how many are under way. */
const writeBytes = 1024 * 1024;
const writesMax = 4;

export interface JobStart {
  readonly options: CheckpointOptions;
  /** `<checkpoint>/<subtask>/<attempt>/`: the beginning of its chunks' keys. */
  readonly keyPrefix: string;
  readonly firstAt: ProcessingTimeMs;
  readonly now: ProcessingTimeMs;
  /** Records processed so far. */
  readonly records: number;
  readonly unaligned: boolean;
  /** Chunks of the last completed checkpoint by `placeKey`: equal ones are not written again. */
  readonly known: ReadonlyMap<string, StateHandle>;
  write(chunks: readonly StateChunk[]): void;
}

export class SnapshotJob {
  readonly options: CheckpointOptions;
  readonly firstAt: ProcessingTimeMs;
  unaligned: boolean;
  /** Barriers of all channels have come. */
  aligned = false;
  /** No barrier waits at an output any more. */
  barriersOut = false;
  /** Length of the synchronous part; null until the host has told. */
  private syncMs: number | null = null;
  private syncEnd = 0;
  private alignmentMs = 0;
  private alignedRecords = 0;
  private readonly start: JobStart;
  private readonly sources: Iterator<EncodedChunk, void>[] = [];
  private readonly handles: StateHandle[] = [];
  private waiting: StateChunk[] = [];
  private waitingBytes = 0;
  private writes = 0;
  private writtenBytes = 0;
  private inFlightBytes = 0;
  private inFlightRecords = 0;

  constructor(start: JobStart, state: Iterator<EncodedChunk, void>) {
    this.start = start;
    this.options = start.options;
    this.firstAt = start.firstAt;
    this.unaligned = start.unaligned;
    this.sources.push(state);
  }

  addInFlight(parts: readonly InFlightPart[]): void {
    this.sources.push(encodeParts(parts));
  }

  /** The synchronous part took so long and ended then. The first call counts. */
  synced(ms: number, at: number): void {
    if (this.syncMs !== null) return;
    this.syncMs = ms;
    this.syncEnd = at;
  }

  allArrived(now: ProcessingTimeMs, records: number): void {
    this.aligned = true;
    this.alignmentMs = now - this.firstAt;
    this.alignedRecords = records;
  }

  /** Encodes a portion; true if there is more to encode and room to. Throws what is wrong with the state. */
  encode(): boolean {
    if (this.syncMs === null || this.writes >= writesMax) return false;
    let bytes = 0;
    for (let chunks = 0; chunks < portionChunks && bytes < portionBytes; chunks++) {
      const [source] = this.sources;
      if (source === undefined) break;
      const next = source.next();
      if (next.done === true) this.sources.shift();
      else {
        this.take(next.value);
        bytes += next.value.bytes.byteLength;
      }
    }
    if (this.waitingBytes >= writeBytes || this.sources.length === 0) this.flush();
    return this.sources.length > 0 && this.writes < writesMax;
  }

  written(): void {
    this.writes--;
  }

  /** All barriers have come and gone, and everything is written. */
  get complete(): boolean {
    return this.aligned && this.barriersOut && this.syncMs !== null && this.sources.length === 0 && this.writes === 0;
  }

  snapshot(now: ProcessingTimeMs, records: number): SubtaskSnapshot {
    const { options, firstAt } = this.start;
    const metrics: SnapshotMetrics = {
      startDelayMs: Math.max(0, firstAt - options.triggeredAt),
      alignmentMs: this.alignmentMs,
      syncMs: this.syncMs ?? 0,
      asyncMs: Math.max(0, now - this.syncEnd),
      alignedRecords: this.alignedRecords,
      recordsDuringAsync: records - this.start.records,
      inFlightBytes: this.inFlightBytes,
      inFlightRecords: this.inFlightRecords,
      stateBytes: this.handles.reduce((sum, { bytes }) => sum + bytes, 0),
      writtenBytes: this.writtenBytes,
      unaligned: this.unaligned,
    };
    return { handles: this.handles, metrics };
  }

  private take({ place, bytes, entries }: EncodedChunk): void {
    const fingerprint = fingerprintOf(bytes);
    const inFlight = place.kind === 'input' || place.kind === 'output';
    if (inFlight) {
      this.inFlightBytes += bytes.byteLength;
      this.inFlightRecords += entries;
    }
    const known = inFlight ? undefined : this.start.known.get(placeKey(place));
    if (known !== undefined && known.fingerprint === fingerprint && known.bytes === bytes.byteLength) {
      this.handles.push(known);
      return;
    }
    const key = `${this.start.keyPrefix}${this.handles.length}`;
    const handle: StateHandle = { place, key, bytes: bytes.byteLength, fingerprint, entries };
    this.handles.push(handle);
    this.waiting.push({ handle, data: bytes });
    this.waitingBytes += bytes.byteLength;
    this.writtenBytes += bytes.byteLength;
  }

  private flush(): void {
    if (this.waiting.length === 0) return;
    const { waiting } = this;
    this.waiting = [];
    this.waitingBytes = 0;
    this.writes++;
    this.start.write(waiting);
  }
}

export function placeKey(place: ChunkPlace): string {
  switch (place.kind) {
    case 'operator':
      return `operator ${place.node}`;
    case 'keyed':
    case 'timers':
      return `${place.kind} ${place.group}`;
    case 'input':
    case 'output':
      return `${place.kind} ${place.channel}`;
  }
}

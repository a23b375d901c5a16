/** Which memory of a message is transferred instead of copied: segments of buffers and the columns of results. */
import type { Batch } from '../../engine/wire/batch.ts';
import type { CreditGrant, WireBuffer } from '../../engine/wire/buffer.ts';
import type { Report } from '../../engine/wire/reports.ts';

/** Less memory than this is copied faster than it changes its owner, in bytes. */
const transferMin = 4096;

/** The `ends` of texts are mostly small and may be views of larger arrays: then they are copied. */
export function buffersTransfer(buffers: readonly WireBuffer[]): ArrayBuffer[] {
  const out: ArrayBuffer[] = [];
  for (const buffer of buffers) {
    if (buffer.segment !== null) out.push(buffer.segment);
    for (const { ends } of buffer.texts) {
      if (ends.byteLength === ends.buffer.byteLength && ends.byteLength >= transferMin)
        out.push(ends.buffer as ArrayBuffer);
    }
  }
  return out;
}

export function grantTransfer(grant: CreditGrant): ArrayBuffer[] {
  return [...grant.segments];
}

/** Memory of the results among `reports`; they must be batches that `ResultsThrottle` made, which nobody else reads. */
export function reportsTransfer(reports: readonly Report[]): ArrayBuffer[] {
  const out: ArrayBuffer[] = [];
  for (const report of reports) if (report.kind === 'results') addBatch(report.records, out);
  return out;
}

function addBatch(batch: Batch, out: ArrayBuffer[]): void {
  out.push(batch.timestamps.buffer as ArrayBuffer);
  for (const column of batch.columns) {
    out.push((column.kind === 'text' ? column.codes.buffer : column.values.buffer) as ArrayBuffer);
  }
}

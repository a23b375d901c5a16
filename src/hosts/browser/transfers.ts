/** Which memory of a message is transferred instead of copied: segments of buffers and the columns of results. */
import type { Batch } from '../../engine/wire/batch.ts';
import type { CreditGrant, WireBuffer } from '../../engine/wire/buffer.ts';
import type { Report } from '../../engine/wire/reports.ts';

export function buffersTransfer(buffers: readonly WireBuffer[]): ArrayBuffer[] {
  const out: ArrayBuffer[] = [];
  for (const { segment } of buffers) if (segment !== null) out.push(segment);
  return out;
}

export function grantTransfer(grant: CreditGrant): ArrayBuffer[] {
  return [...grant.segments];
}

/** Memory of the results among `reports`; they must be batches that `ResultsThrottle` made, which nobody else reads. */
export function reportsTransfer(reports: readonly Report[]): ArrayBuffer[] {
  const out: ArrayBuffer[] = [];
  for (const report of reports) {
    if (report.kind !== 'results') continue;
    addBatch(report.records, out);
    if (report.missed?.changes != null) addBatch(report.missed.changes.records, out);
  }
  return out;
}

function addBatch(batch: Batch, out: ArrayBuffer[]): void {
  out.push(batch.timestamps.buffer as ArrayBuffer);
  for (const column of batch.columns) {
    out.push((column.kind === 'text' ? column.codes.buffer : column.values.buffer) as ArrayBuffer);
  }
}

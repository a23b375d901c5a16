/** File download: a sink whose records can be taken away as a CSV or NDJSON file; it fails rather than lose a record. */
import * as z from 'zod/mini';
import { ok } from '../../base/result.ts';
import { choiceField, integerField } from '../graph/params.ts';
import { plainStream } from '../graph/schema.ts';
import type { JsonValue } from '../graph/schema.ts';
import type { Operator, OperatorContext, OperatorDefinition, TransformFactory } from '../task/operator.ts';
import type { Batch } from '../wire/batch.ts';
import { TaskFailure } from '../wire/failures.ts';
import { operatorHeld, shortJson } from '../wire/inspect.ts';
import type { OperatorHeld } from '../wire/inspect.ts';

const params = z.object({
  format: choiceField(
    'csv',
    [
      { value: 'csv', label: 'CSV' },
      { value: 'ndjson', label: 'NDJSON: one JSON object a line' },
    ],
    { label: 'Format' },
  ),
  maxRecords: integerField(100_000, {
    label: 'Limit',
    unit: 'records per subtask',
    min: 1,
    max: 1_000_000,
    help: 'The job fails when a subtask gets more, so that the file is never short of records.',
  }),
});
type FileDownloadParams = z.infer<typeof params>;

export const fileDownload: OperatorDefinition<FileDownloadParams> = {
  kind: 'fileDownload',
  family: 'sink',
  title: 'File download',
  summary: 'Collects the records for download as a file.',
  icon: 'download',
  params,
  inputs: [{ name: 'in', changelog: true }],
  outputs: [],
  operatorState: true,
  derive: () => ok([]),
  describe: ({ format, maxRecords }) => `${format === 'csv' ? 'CSV' : 'NDJSON'} · at most ${maxRecords}`,
  example: {
    params: { maxRecords: 1000 },
    inputs: [{ type: plainStream([{ name: 'word', type: 'string' }]), timeline: 'a@1 b@2 w2 a@3 |' }],
    outputs: { results: 'a@1 b@2 a@3 |' },
  },
};

export const fileDownloadFactory: TransformFactory<FileDownloadParams> = {
  role: 'transform',
  create: (given, context) => new FileDownload(given, context),
};

class FileDownload implements Operator {
  private readonly limit: number;
  private readonly context: OperatorContext;
  private count = 0;

  constructor({ maxRecords }: FileDownloadParams, context: OperatorContext) {
    this.limit = maxRecords;
    this.context = context;
  }

  process(batch: Batch): void {
    const { node, name } = this.context;
    if (this.count + batch.length > this.limit)
      throw new TaskFailure({ code: 'sink-full', details: { node: name, count: this.limit }, node });
    this.count += batch.length;
    this.context.result(batch);
  }

  snapshot(): JsonValue {
    return { count: this.count };
  }

  holdsBeside(): OperatorHeld {
    const note = 'How many records are in the file so far, kept so that the limit holds over failures.';
    return operatorHeld(note, [this.count], (count) => {
      return { what: 'count', window: null, value: shortJson(count), note: `At most ${this.limit}.` };
    });
  }

  restore(state: JsonValue): void {
    this.count = (state as { count: number }).count;
  }
}

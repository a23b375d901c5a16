/** An output port of functions: what they emit becomes batches. */
import type { Schema } from '../graph/schema.ts';
import type { OperatorContext } from '../task/operator.ts';
import { BatchBuilder } from '../wire/batch-builder.ts';
import type { Batch } from '../wire/batch.ts';
import { declaredResult } from './declared.ts';

/** Emits in between when there are this many records. */
const emitRows = 2048;

/** Event time of what is emitted; ports may share one. */
export interface EmitTime {
  at: number;
}

export class Port {
  private readonly time: EmitTime;
  private readonly builder: BatchBuilder;
  private readonly append: (result: unknown, timestamp: number) => void;
  private readonly send: (batch: Batch) => void;

  constructor(schema: Schema, context: OperatorContext, port: number, time: EmitTime) {
    this.time = time;
    this.builder = new BatchBuilder(schema, 256, context);
    this.append = declaredResult(this.builder, context, port === 0 ? {} : { param: 'sideOutputs' });
    this.send = (batch) => context.outputs[port]?.emit(batch);
  }

  readonly collect = (result: unknown): void => {
    this.append(result, this.time.at);
    this.flush(emitRows);
  };

  flush(atLeast: number): void {
    if (this.builder.length >= atLeast) this.send(this.builder.take());
  }
}

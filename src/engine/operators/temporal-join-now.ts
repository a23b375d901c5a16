/**
 * The temporal join by the clock, as Flink's TemporalProcessTimeJoinOperator: a left record meets the version of its key that
 * is there, at once. A version that is written anew, or met, lives on for its time to live.
 *
 * Other than in Flink, whose operator heeds the watermark of the left alone, the output's is the least of both inputs.
 */
import { isRetraction } from '../graph/schema.ts';
import type { StreamType } from '../graph/schema.ts';
import { emptyNamespace } from '../state/key.ts';
import type { Key } from '../state/key.ts';
import type { KeyEntry, ValueState } from '../state/keyed-state.ts';
import type { Operator, OperatorContext } from '../task/operator.ts';
import { shortJson } from '../wire/inspect.ts';
import type { Held } from '../wire/inspect.ts';
import type { Batch } from '../wire/batch.ts';
import { KeyReader } from '../wire/keys.ts';
import { RowKindReader, withoutRowKinds } from '../wire/row-kinds.ts';
import { joinColumns, withoutKind } from './join-columns.ts';
import { JoinOutput } from './join-output.ts';
import { cellsAt, cellsRow } from './row-cells.ts';
import type { Cells } from './row-cells.ts';
import type { TemporalJoinParams } from './temporal-join-operator.ts';
import { tableTtl } from './time-to-live.ts';

export class TemporalJoinNow implements Operator {
  private readonly versions: StreamType;
  private readonly outer: boolean;
  private readonly renews: boolean;
  private readonly readers: readonly KeyReader[];
  private readonly kinds: RowKindReader;
  private readonly state: ValueState<Cells>;
  private readonly output: JoinOutput;

  constructor({ join, prefix, ttlMs }: TemporalJoinParams, context: OperatorContext) {
    const [left, versions] = context.inputs as readonly [StreamType, StreamType];
    this.versions = withoutKind(versions);
    this.outer = join === 'left';
    this.renews = ttlMs > 0;
    this.readers = [left, this.versions].map(({ schema, key }) => new KeyReader(schema, key as readonly string[]));
    this.kinds = new RowKindReader(versions.schema);
    this.state = context.keyedState.value<Cells>('version', tableTtl(ttlMs));
    this.output = JoinOutput.ofColumns(context, joinColumns(left, this.versions, prefix));
  }

  process(batch: Batch, input: number): void {
    const reader = this.readers[input] as KeyReader;
    const plain = input === 1 ? withoutRowKinds(batch) : batch;
    for (let row = 0; row < batch.length; row++) {
      const key = reader.read(plain, row);
      if (input === 0) this.join(key, cellsAt(batch, row), batch.timestamps[row] as number);
      else if (isRetraction(this.kinds.at(batch, row))) this.state.delete(key, emptyNamespace);
      else this.state.set(key, emptyNamespace, cellsAt(plain, row));
    }
    this.output.flush();
  }

  holds(_key: Key, entries: readonly KeyEntry[]): readonly Held[] {
    const version = entries.find(({ state }) => state === 'version')?.value as Cells | undefined;
    if (version === undefined) return [];
    const value = shortJson(cellsRow(this.versions.schema, version));
    return [{ what: 'Version', window: null, value, note: 'The next left record of this key meets it.' }];
  }

  private join(key: Key, cells: Cells, time: number): void {
    const version = this.state.get(key, emptyNamespace) ?? null;
    if (version !== null && this.renews) this.state.set(key, emptyNamespace, version);
    if (version !== null || this.outer) this.output.add(cells, version, time);
  }
}

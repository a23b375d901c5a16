/** Keys as a person reads them: of a record, and as state knows them. */
import type { StreamType } from '../graph/schema.ts';
import type { Key } from '../state/key.ts';
import type { Batch } from '../wire/batch.ts';
import { hueOfText, hueText } from '../wire/hue.ts';
import { KeyReader } from '../wire/keys.ts';
import { shortened, textAt } from './record-text.ts';

const keyLengthMax = 40;

/** Keys as text; without a key, the first column. */
export class KeyText {
  readonly hueColumn: number;
  private readonly reader: KeyReader | null;

  constructor({ schema, key }: StreamType) {
    this.reader = key === null ? null : new KeyReader(schema, key);
    this.hueColumn = this.reader?.columns[0] ?? (schema.length === 0 ? -1 : 0);
  }

  at(batch: Batch, row: number): string {
    if (this.hueColumn === -1) return '';
    const { columns } = this.reader ?? { columns: [this.hueColumn] };
    return shortened(columns.map((column) => textAt(batch, column, row)).join(' '), keyLengthMax);
  }

  of(key: Key): string {
    return shortened(this.parts(key).join(' '), keyLengthMax);
  }

  hueOf(key: Key): number {
    return hueOfText(this.parts(key)[0] ?? '');
  }

  private parts(key: Key): readonly string[] {
    const { reader } = this;
    // Windows of all records know no key.
    if (reader === null) return [];
    return reader.parts(key).map((part, i) => {
      const type = reader.types[i] ?? 'string';
      return hueText(part, type === 'json' ? 'string' : type);
    });
  }
}

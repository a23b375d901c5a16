/** Declared columns as rows of name and type. */
import { Plus, Trash2 } from 'lucide-react';
import { columnTypes } from '../../../engine/graph/schema.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/inputs.tsx';

type ColumnRow = Readonly<Record<string, unknown>>;

const options = columnTypes.map((type) => ({ value: type as string, label: type }));

export function SchemaEditor({
  rows,
  onRows,
  of,
}: {
  readonly rows: readonly ColumnRow[];
  readonly onRows: (rows: readonly ColumnRow[]) => void;
  /** Whose columns they are, where a form has several lists. */
  readonly of?: string | undefined;
}) {
  const whose = of === undefined ? '' : ` of ${of}`;
  const change = (at: number, with_: ColumnRow) =>
    onRows(rows.map((row, i) => (i === at ? { ...row, ...with_ } : row)));
  return (
    <div className="flex flex-col gap-1">
      {rows.map((row, i) => (
        // Rows have no identity but their place: two may bear the same name while one is being typed.
        // eslint-disable-next-line react/no-array-index-key
        <div key={i} className="grid grid-cols-[1fr_118px_26px] items-center gap-1">
          <TextInput
            className="mono"
            aria-label={`Name of column ${i + 1}${whose}`}
            value={String(row['name'] ?? '')}
            onText={(name) => change(i, { name })}
          />
          <Select
            aria-label={`Type of column ${i + 1}${whose}`}
            value={String(row['type'] ?? '')}
            options={options}
            onValue={(type) => change(i, { type })}
          />
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove column ${i + 1}${whose}`}
            onClick={() => onRows(rows.filter((_, j) => j !== i))}
          >
            <Trash2 size={13} aria-hidden />
          </button>
        </div>
      ))}
      <Button
        size="small"
        className="self-start"
        aria-label={of === undefined ? undefined : `Add column${whose}`}
        onClick={() => onRows([...rows, { name: freshName(rows), type: 'string' }])}
      >
        <Plus size={13} aria-hidden /> Add column
      </Button>
    </div>
  );
}

function freshName(rows: readonly ColumnRow[]): string {
  const taken = new Set(rows.map((row) => row['name']));
  let number = rows.length + 1;
  while (taken.has(`column${number}`)) number += 1;
  return `column${number}`;
}

/** Aggregates as rows: function, column, name of the result. Count needs no column. */
import { Plus, Trash2 } from 'lucide-react';
import { aggregateFunctions } from '../../../engine/graph/params.ts';
import { isNumeric, type Schema } from '../../../engine/graph/schema.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/inputs.tsx';

type AggregateRow = Readonly<Record<string, unknown>>;

interface AggregatesEditorProps {
  readonly rows: readonly AggregateRow[];
  readonly columns: Schema;
  readonly onRows: (rows: readonly AggregateRow[]) => void;
}

const functions = aggregateFunctions.map((name) => ({ value: name as string, label: name }));

export function AggregatesEditor({ rows, columns, onRows }: AggregatesEditorProps) {
  const change = (at: number, with_: AggregateRow) =>
    onRows(rows.map((row, i) => (i === at ? { ...row, ...with_ } : row)));
  const options = columns.map((column) => ({ value: column.name, label: column.name }));
  const add = () => {
    const column = columns.find(({ type }) => isNumeric(type))?.name ?? '';
    onRows([
      ...rows,
      column === '' ? { function: 'count', column: '', as: 'count' } : { function: 'avg', column, as: `avg_${column}` },
    ]);
  };
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, i) => (
        // eslint-disable-next-line react/no-array-index-key
        <div key={i} className="grid grid-cols-[76px_1fr_26px] items-center gap-1">
          <Select
            aria-label={`Function of aggregate ${i + 1}`}
            value={String(row['function'] ?? '')}
            options={functions}
            onValue={(value) => change(i, { function: value })}
          />
          {row['function'] === 'count' ? (
            <span className="note pl-2">of all records</span>
          ) : (
            <Select
              aria-label={`Column of aggregate ${i + 1}`}
              value={String(row['column'] ?? '')}
              options={options}
              placeholder="Choose a column…"
              onValue={(column) => change(i, { column })}
            />
          )}
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove aggregate ${i + 1}`}
            onClick={() => onRows(rows.filter((_, j) => j !== i))}
          >
            <Trash2 size={13} aria-hidden />
          </button>
          <span className="note pl-2 text-right">as</span>
          <TextInput
            className="mono"
            aria-label={`Name of aggregate ${i + 1}`}
            value={String(row['as'] ?? '')}
            onText={(as) => change(i, { as })}
          />
        </div>
      ))}
      <Button size="small" className="self-start" onClick={add}>
        <Plus size={13} aria-hidden /> Add aggregate
      </Button>
    </div>
  );
}

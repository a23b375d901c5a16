/** Several columns in order, e.g. the keys of a stream: chosen ones as chips, the rest one click away. */
import { X } from 'lucide-react';
import type { Schema } from '../../../engine/graph/schema.ts';
import { Select } from '../../ui/inputs.tsx';

interface ColumnsPickerProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly columns: Schema;
  readonly onValue: (value: readonly string[]) => void;
}

export function ColumnsPicker({ label, value, columns, onValue }: ColumnsPickerProps) {
  const left = columns.filter((column) => !value.includes(column.name));
  return (
    <div className="flex flex-col gap-1.5">
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {value.map((name) => (
            <li key={name} className="chip">
              <span className="mono">{name}</span>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                onClick={() => onValue(value.filter((each) => each !== name))}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Select
        aria-label={`Add to ${label}`}
        value=""
        placeholder={
          columns.length === 0 ? 'No columns here yet' : left.length === 0 ? 'All columns chosen' : 'Add a column…'
        }
        options={left.map((column) => ({ value: column.name, label: `${column.name} · ${column.type}` }))}
        onValue={(name) => onValue([...value, name])}
      />
    </div>
  );
}

/** Declared states as rows: name, kind, time to live; reducing and aggregating state also the function that adds a value. */
import { Plus, Trash2 } from 'lucide-react';
import { declaredStateKinds } from '../../../engine/graph/params.ts';
import { Button } from '../../ui/button.tsx';
import { DurationInput, Select, TextInput } from '../../ui/inputs.tsx';

type StateRow = Readonly<Record<string, unknown>>;

interface StatesEditorProps {
  readonly rows: readonly StateRow[];
  readonly onRows: (rows: readonly StateRow[]) => void;
}

const kinds = declaredStateKinds.map((kind) => ({ value: kind as string, label: kind }));

export function StatesEditor({ rows, onRows }: StatesEditorProps) {
  const change = (at: number, with_: StateRow) => onRows(rows.map((row, i) => (i === at ? { ...row, ...with_ } : row)));
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, i) => (
        // Rows have no identity but their place: two may bear the same name while one is being typed.
        // eslint-disable-next-line react/no-array-index-key
        <div key={i} className="grid grid-cols-[1fr_104px_26px] items-center gap-1">
          <TextInput
            className="mono"
            aria-label={`Name of state ${i + 1}`}
            value={String(row['name'] ?? '')}
            onText={(name) => change(i, { name })}
          />
          <Select
            aria-label={`Kind of state ${i + 1}`}
            value={String(row['kind'] ?? '')}
            options={kinds}
            onValue={(kind) => change(i, { kind, ...functionFor(kind, row) })}
          />
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove state ${i + 1}`}
            onClick={() => onRows(rows.filter((_, j) => j !== i))}
          >
            <Trash2 size={13} aria-hidden />
          </button>
          {isFolding(row['kind']) && (
            <textarea
              className="input mono col-span-2"
              rows={reduceOf(row).split('\n').length}
              spellCheck={false}
              aria-label={`${row['kind'] === 'reducing' ? 'Reduce' : 'Aggregate'} function of state ${i + 1}`}
              value={reduceOf(row)}
              onChange={(event) => change(i, { reduce: event.target.value })}
            />
          )}
          <span className="note col-start-1 pl-2 text-right">time to live</span>
          <DurationInput
            aria-label={`Time to live of state ${i + 1}; 0 is none`}
            value={typeof row['ttlMs'] === 'number' ? row['ttlMs'] : 0}
            onValue={(ttlMs) => change(i, { ttlMs })}
          />
        </div>
      ))}
      <Button
        size="small"
        className="self-start"
        onClick={() => onRows([...rows, { name: freshName(rows), kind: 'value', ttlMs: 0 }])}
      >
        <Plus size={13} aria-hidden /> Add state
      </Button>
    </div>
  );
}

/** What a state of this kind begins with. */
const functions: Readonly<Record<string, string>> = {
  reducing: '(a, b) => a + b',
  aggregating: `() => ({
  createAccumulator: () => ({ sum: 0, count: 0 }),
  add: (value, { sum, count }) => ({ sum: sum + value, count: count + 1 }),
  getResult: ({ sum, count }) => sum / count,
})`,
};

const isFolding = (kind: unknown): boolean => typeof kind === 'string' && kind in functions;

/** Its own text stays, unless it is what the other kind begins with. */
function functionFor(kind: string, row: StateRow): StateRow {
  const own = reduceOf(row);
  const initial = functions[kind];
  return initial === undefined || !(own === '' || Object.values(functions).includes(own)) ? {} : { reduce: initial };
}

const reduceOf = (row: StateRow): string => (typeof row['reduce'] === 'string' ? row['reduce'] : '');

function freshName(rows: readonly StateRow[]): string {
  const taken = new Set(rows.map((row) => row['name']));
  let number = rows.length + 1;
  while (taken.has(`state${number}`)) number += 1;
  return `state${number}`;
}

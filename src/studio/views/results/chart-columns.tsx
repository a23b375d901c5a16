/** Which columns a chart shows, and how: a row of small lists above it. */
import type { Schema } from '../../../engine/graph/schema.ts';
import { Select } from '../../ui/inputs.tsx';
import { Segments } from '../../ui/toggle.tsx';
import { chartColumns, type ChartChoice } from './chart-series.ts';

interface ChartColumnsProps {
  readonly schema: Schema;
  readonly choice: ChartChoice;
  /** What the chart leaves out, in words. */
  readonly leftOut: string;
  readonly onChoice: (choice: ChartChoice) => void;
}

const styles = [
  { value: 'line', label: 'Lines' },
  { value: 'bar', label: 'Bars' },
] as const;

export function ChartColumns({ schema, choice, leftOut, onChoice }: ChartColumnsProps) {
  const columns = chartColumns(schema);
  const options = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }));
  return (
    <div className="chart-columns">
      <Segments
        label="Style"
        value={choice.style}
        options={styles}
        onValue={(style) => onChoice({ ...choice, style })}
      />
      <Column label="Up" value={choice.y} options={options(columns.y)} onValue={(y) => onChoice({ ...choice, y })} />
      <Column
        label="Across"
        value={choice.x}
        options={options(columns.x)}
        onValue={(x) => onChoice({ ...choice, x })}
      />
      <Column
        label="Series"
        value={choice.series}
        options={[{ value: '', label: 'none' }, ...options(columns.series)]}
        onValue={(series) => onChoice({ ...choice, series })}
      />
      {leftOut !== '' && <p className="chart-left-out">{leftOut}</p>}
    </div>
  );
}

interface ColumnProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onValue: (value: string) => void;
}

const Column = ({ label, ...rest }: ColumnProps) => (
  <label className="chart-column">
    <span>{label}</span>
    <Select {...rest} />
  </label>
);

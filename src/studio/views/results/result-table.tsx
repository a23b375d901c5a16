/**
 * A table over columnar records. Only the rows in sight exist as elements; scrolling by index keeps the DOM small
 * however many records are kept.
 */
import { useEffect, useRef, useState } from 'react';
import type { UIEvent } from 'react';
import { isNumeric } from '../../../engine/graph/schema.ts';
import { toggleMarked, useTimePick } from '../../session/time-pick.ts';
import { cellText } from './cell-text.ts';
import { sortedRows, type RowIndex } from './row-index.ts';

const rowHeight = 24;
const overscan = 8;

interface Sort {
  readonly column: number;
  readonly descending: boolean;
}

interface ResultTableProps {
  readonly name: string;
  readonly index: RowIndex;
  /** False while records still come: then the order is that of arrival. */
  readonly sortable: boolean;
}

export function ResultTable({ name, index, sortable }: ResultTableProps) {
  const [top, setTop] = useState(0);
  const [chosen, setSort] = useState<Sort | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(400);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const sort = sortable ? chosen : null;
  const order = sort === null ? null : sortedRows(index, sort.column, sort.descending);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - overscan, index.size - 1));
  const last = Math.min(index.size, first + Math.ceil(height / rowHeight) + 2 * overscan);
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  /** Newest first, or in the chosen order. */
  const rowAt = (place: number): number => order?.[place] ?? index.size - 1 - place;
  const toggle = (column: number): void =>
    setSort(
      chosen?.column === column
        ? chosen.descending
          ? null
          : { column, descending: true }
        : { column, descending: false },
    );
  return (
    <div
      ref={frame}
      className="h-full overflow-auto"
      tabIndex={0}
      role="group"
      aria-label={`Records of ${name}`}
      onScroll={(event: UIEvent<HTMLDivElement>) => setTop(event.currentTarget.scrollTop)}
    >
      <table className="result-table" aria-label={`Results of ${name}`} aria-rowcount={index.size + 1}>
        <thead>
          <tr>
            {index.schema.map((column, i) => (
              <th
                key={column.name}
                scope="col"
                title={`${column.name}: ${column.type}`}
                className={isNumeric(column.type) ? 'text-right' : 'text-left'}
                aria-sort={sort?.column === i ? (sort.descending ? 'descending' : 'ascending') : 'none'}
              >
                {sortable ? (
                  <button type="button" onClick={() => toggle(i)} title={`Sort by ${column.name}`}>
                    {column.name}
                    {sort?.column === i && <span aria-hidden>{sort.descending ? ' ↓' : ' ↑'}</span>}
                  </button>
                ) : (
                  column.name
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Spacer rows={first} columns={index.schema.length} />}
          {shown.map((place) => (
            <Row key={place} index={index} row={rowAt(place)} place={place} />
          ))}
          {last < index.size && <Spacer rows={index.size - last} columns={index.schema.length} />}
        </tbody>
      </table>
    </div>
  );
}

function Row({ index, row, place }: { readonly index: RowIndex; readonly row: number; readonly place: number }) {
  const time = row < index.size ? index.timestamp(row) : null;
  const marked = useTimePick((state) => time !== null && state.marked.includes(time));
  return (
    <tr
      aria-rowindex={place + 2}
      aria-selected={marked}
      style={{ height: rowHeight }}
      title={time === null ? undefined : 'Click to mark its panes in Time'}
      onClick={time === null ? undefined : () => toggleMarked(time)}
    >
      {index.schema.map((column, i) => {
        const text = cellText(index.cell(row, i), column.type);
        return (
          <td
            key={column.name}
            title={text.length > 40 ? text : undefined}
            className={isNumeric(column.type) ? 'number text-right' : 'text-left'}
          >
            {text}
          </td>
        );
      })}
    </tr>
  );
}

/** Stands for the rows out of sight. */
const Spacer = ({ rows, columns }: { readonly rows: number; readonly columns: number }) => (
  <tr aria-hidden>
    <td colSpan={columns} style={{ height: rows * rowHeight, padding: 0, border: 0 }} />
  </tr>
);

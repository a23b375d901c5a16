/**
 * A table over columnar records. Only the rows in sight exist as elements; scrolling by index keeps the DOM small
 * however many records are kept. Rows are marked for the plot by a click or by keys.
 */
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, UIEvent } from 'react';
import { isNumeric } from '../../../engine/graph/schema.ts';
import { markName, useTimePick } from '../../session/time-pick.ts';
import { cellText } from './cell-text.ts';
import { sortedRows, type RowIndex } from './row-index.ts';
import { cursorAfter, markRange, markRow, type Cursor } from './row-marks.ts';

const rowHeight = 24;
const headHeight = 26;
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
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const ids = useId();
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const sort = sortable ? chosen : null;
  const sorted = sort === null ? null : sortedRows(index, sort.column, sort.descending);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - overscan, index.size - 1));
  const last = Math.min(index.size, first + Math.ceil(height / rowHeight) + 2 * overscan);
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  /** Newest first, or in the chosen order. */
  const rowAt = (place: number): number => sorted?.[place] ?? index.size - 1 - place;
  const order = { index, rowAt };
  const reveal = (place: number): void => {
    const element = frame.current;
    if (element === null) return;
    const from = place * rowHeight;
    const least = from + headHeight + rowHeight - element.clientHeight;
    element.scrollTop = Math.max(least, Math.min(element.scrollTop, from));
  };
  const mark = (place: number, extend: boolean): void => {
    const anchor = extend ? (cursor?.anchor ?? place) : place;
    setCursor({ place, anchor });
    if (extend) markRange(order, anchor, place);
    else markRow(order, place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === ' ' || event.key === 'Enter') {
      if (cursor !== null) mark(cursor.place, false);
    } else {
      const next = cursorAfter(cursor, event, index.size, Math.floor(height / rowHeight));
      if (next === null) return;
      setCursor(next);
      reveal(next.place);
      if (event.shiftKey) markRange(order, next.anchor, next.place);
    }
    event.preventDefault();
  };
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
      aria-description="Arrow keys go from row to row, Space marks one in Time, Shift and an arrow key marks several."
      aria-activedescendant={cursor === null ? undefined : `${ids}${cursor.place}`}
      onKeyDown={onKeyDown}
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
            <Row
              key={place}
              id={`${ids}${place}`}
              index={index}
              row={rowAt(place)}
              place={place}
              isCursor={cursor?.place === place}
              onMark={mark}
            />
          ))}
          {last < index.size && <Spacer rows={index.size - last} columns={index.schema.length} />}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly index: RowIndex;
  readonly row: number;
  readonly place: number;
  readonly isCursor: boolean;
  readonly onMark: (place: number, extend: boolean) => void;
}

function Row({ id, index, row, place, isCursor, onMark }: RowProps) {
  const name = row < index.size ? markName(index.mark(row)) : '';
  const isMarked = useTimePick((state) => state.marked.has(name));
  return (
    <tr
      id={id}
      aria-rowindex={place + 2}
      aria-selected={isMarked}
      data-cursor={isCursor || undefined}
      style={{ height: rowHeight }}
      title="Click to mark it in Time; Shift and a click marks all up to here"
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onClick={(event) => onMark(place, event.shiftKey)}
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

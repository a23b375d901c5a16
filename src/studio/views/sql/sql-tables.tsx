/** What each statement gave, one below the other: a table of rows, or how many it changed. */
import type { SqlTable } from '../../../connectors/transactions/postgres-protocol.ts';

export function SqlTables({ tables }: { readonly tables: readonly SqlTable[] }) {
  if (tables.length === 0) return <p className="note px-4 py-3">Done.</p>;
  return tables.map((table, i) => (
    // Statements have no name but their place.
    <section key={i} aria-label={`Statement ${i + 1}`}>
      {table.columns.length > 0 && <Rows table={table} />}
      <p className="note number px-4 py-1.5">{countText(table)}</p>
    </section>
  ));
}

function Rows({ table: { columns, rows } }: { readonly table: SqlTable }) {
  return (
    <table className="result-table">
      <thead>
        <tr>
          {columns.map(({ name, numeric }, i) => (
            <th key={i} scope="col" className={numeric ? 'text-right' : 'text-left'}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {row.map((cell, column) => (
              <td
                key={column}
                className={columns[column]?.numeric === true ? 'number text-right' : 'text-left'}
                title={cell ?? undefined}
              >
                {cell ?? <span className="text-faint">null</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function countText({ command, columns, rows, more, count }: SqlTable): string {
  if (more) return `The first ${rows.length.toLocaleString('en-US')} rows; there are more.`;
  if (columns.length > 0) return `${rows.length.toLocaleString('en-US')} ${rows.length === 1 ? 'row' : 'rows'}`;
  return count === null || count === 0 ? `${command}: done.` : `${command}: ${count.toLocaleString('en-US')} rows`;
}

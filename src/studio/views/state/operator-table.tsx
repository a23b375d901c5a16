/** State that an operator keeps beside its keys, in one subtask: offsets, broadcast state, transactions. */
import type { InspectedOperator } from '../../../engine/wire/inspect.ts';
import { ValueText } from './value-text.tsx';

interface OperatorTableProps {
  readonly of: InspectedOperator;
  readonly label: string;
}

export function OperatorTable({ of: { note, held, more }, label }: OperatorTableProps) {
  const noted = held.some((one) => one.note !== null);
  return (
    <section className="st-operator">
      <p className="note">{note}</p>
      {held.length > 0 && (
        <table className="st-table" aria-label={label}>
          <colgroup>
            <col style={{ width: noted ? '30%' : '24%' }} />
            <col />
            {noted && <col style={{ width: '46%' }} />}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Holds</th>
              <th scope="col">Value</th>
              {noted && <th scope="col">Until</th>}
            </tr>
          </thead>
          <tbody>
            {held.map((one, i) => (
              <tr key={i}>
                <th scope="row" className="number st-clip" title={one.what}>
                  {one.what}
                </th>
                <td className="number st-clip" title={one.value}>
                  <ValueText json={one.value} />
                </td>
                {noted && <td className="text-muted">{one.note}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {held.length === 0 && <p className="note st-none">Nothing at the moment.</p>}
      {more > 0 && <p className="note st-none">and {more.toLocaleString('en-US')} more</p>}
    </section>
  );
}

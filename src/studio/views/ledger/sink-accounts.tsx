/** One account per sink: its figures, and on demand examples of what is lost, duplicated or wrong. */
import { useState } from 'react';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { JsonValue } from '../../../engine/graph/schema.ts';
import type { Ledger, LedgerRow, SinkLedger } from '../../../engine/telemetry/ledger.ts';
import { select } from '../../session/commands.ts';
import { timeText } from '../results/cell-text.ts';
import { figures } from './words.ts';

interface Props {
  readonly ledger: Ledger;
  readonly names: ReadonlyMap<NodeId, string>;
  /** What is not expected may only lie beyond the bound. */
  readonly bounded: boolean;
}

export function SinkAccounts({ ledger, names, bounded }: Props) {
  return ledger.sinks.map((sink) => (
    <SinkAccount key={sink.node} sink={sink} name={names.get(sink.node) ?? sink.node} bounded={bounded} />
  ));
}

type Shown = 'lost' | 'duplicated' | 'wrong';

function SinkAccount({ sink, name, bounded }: { sink: SinkLedger; name: string; bounded: boolean }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const rows = shown === null ? [] : sink.examples[shown];
  return (
    <section className="lg-sink" aria-label={`Account of ${name}`}>
      <h3>
        <button type="button" className="lg-name" onClick={() => select([sink.node])}>
          {name}
        </button>
        {sink.reading === 'upsert' && <span className="note">newest row of each key</span>}
        {sink.reading === 'table' && <span className="note">the table as it is now</span>}
        {sink.truncated && <span className="note">only the first rows are compared</span>}
      </h3>
      <dl className="lg-figures">
        {figures.map(({ key, label, help, example }) => {
          const count = sink[key];
          const tone = toneOf(key, count, sink);
          const beyond = bounded && key === 'wrong';
          return (
            <div
              key={key}
              className="lg-figure"
              data-tone={beyond ? undefined : tone}
              data-hint={help}
              data-hint-side="top"
            >
              <dt>{beyond ? 'beyond' : label}</dt>
              <dd className="number">
                {example !== undefined && count > 0 ? (
                  <button
                    type="button"
                    aria-expanded={shown === example}
                    aria-label={`${count} ${label} rows of ${name}: show examples`}
                    onClick={() => setShown(shown === example ? null : example)}
                  >
                    {count.toLocaleString('en-US')}
                  </button>
                ) : (
                  count.toLocaleString('en-US')
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {shown !== null && sink[shown] > 0 && (
        <Examples rows={rows} total={sink[shown]} what={figures.find(({ key }) => key === shown)?.label ?? shown} />
      )}
    </section>
  );
}

function toneOf(key: string, count: number, { lost, duplicated, wrong, pending }: SinkLedger): string | undefined {
  if (key === 'lost' || key === 'wrong' || key === 'duplicated') {
    if (count > 0) return 'bad';
    return lost + duplicated + wrong + pending === 0 ? 'good' : undefined;
  }
  return undefined;
}

function Examples({ rows, total, what }: { rows: readonly LedgerRow[]; total: number; what: string }) {
  const names = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  if (rows.length === 0) return <p className="note">Examples come with the next comparison.</p>;
  return (
    <div className="lg-examples">
      <table className="result-table" aria-label={`Examples of ${what} rows`}>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" className="text-left">
                {name}
              </th>
            ))}
            <th scope="col" className="text-left">
              Event time
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row, timestamp }, i) => (
            <tr key={i}>
              {names.map((name) => (
                <td key={name} className="number">
                  {cell(row[name] ?? null)}
                </td>
              ))}
              <td className="number">{timestamp === null ? '—' : timeText(timestamp)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > rows.length && (
        <p className="note">
          {rows.length} of {total.toLocaleString('en-US')} {what} rows.
        </p>
      )}
    </div>
  );
}

const cell = (value: JsonValue): string =>
  value === null ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value);

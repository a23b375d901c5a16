/** The tables of a subtask's snapshot: offsets and operator state, pending transactions, keyed state, timers, in-flight data. */
import type { ReactNode } from 'react';
import { counted } from '../../canvas/number-text.ts';
import {
  keyText,
  momentText,
  namespaceText,
  stateText,
  type Contents,
  type InFlightSection,
  type KeyedRow,
  type OperatorSection,
  type PendingRow,
  type TimerRow,
} from './contents.ts';

/** Rows of one table that are drawn. */
const shownMost = 300;
const elementsMost = 60;

export function ContentsTables({ contents }: { readonly contents: Contents }) {
  const { operators, pending, keyed, keyedMore, timers, timersMore, inFlight, unreadable } = contents;
  return (
    <>
      {unreadable.map((reason, i) => (
        <p key={i} role="alert" className="text-red-ink px-4 pt-2 text-sm">
          {reason}
        </p>
      ))}
      {operators
        .filter((each) => each.values.length > 0)
        .map((each) => (
          <OperatorTable key={each.node} section={each} />
        ))}
      {pending.length > 0 && <PendingTable rows={pending} />}
      {keyed.length > 0 && <KeyedTable rows={keyed} more={keyedMore} />}
      {timers.length > 0 && <TimerTable rows={timers} more={timersMore} />}
      {inFlight.map((each) => (
        <InFlight key={`${each.side} ${each.channel}`} section={each} />
      ))}
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

const Section = ({ title, note, children }: SectionProps) => (
  <section className="cp-section" aria-label={title}>
    <h3>
      {title}
      {note !== undefined && <span className="note"> {note}</span>}
    </h3>
    {children}
  </section>
);

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly children: ReactNode;
}

export const Table = ({ label, heads, children }: TableProps) => (
  <table className="cp-table cp-values" aria-label={label}>
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head} scope="col" className="text-left">
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody data-rows>{children}</tbody>
  </table>
);

function OperatorTable({ section }: { readonly section: OperatorSection }) {
  const title = section.offsets ? `Offsets of ${section.name}` : `Operator state of ${section.name}`;
  return (
    <Section title={title} note={section.offsets ? 'where it goes on after a restore' : ''}>
      <Table label={title} heads={['Name', 'Value']}>
        {section.values.map(({ path, value }) => (
          <tr key={path}>
            <td className="number text-muted">{path === '' ? 'state' : path}</td>
            <td className="number cp-value" title={value}>
              {value}
            </td>
          </tr>
        ))}
      </Table>
      <More count={section.more} />
    </Section>
  );
}

const PendingTable = ({ rows }: { readonly rows: readonly PendingRow[] }) => (
  <Section
    title="Pending transactions"
    note="prepared, and committed by a restore if the completion notice had not come"
  >
    <Table label="Pending transactions" heads={['Sink', 'Transaction', 'Records']}>
      {rows.map(({ node, name, transaction, records }) => (
        <tr key={`${node} ${transaction}`}>
          <td>{name}</td>
          <td className="number">{transaction}</td>
          <td className="number">{records.toLocaleString('en-US')}</td>
        </tr>
      ))}
    </Table>
  </Section>
);

export function KeyedTable({ rows, more = 0 }: { readonly rows: readonly KeyedRow[]; readonly more?: number }) {
  const shown = rows.slice(0, shownMost);
  return (
    <Section
      title="Keyed state"
      note={rows.length + more === 1 ? '1 entry' : `${(rows.length + more).toLocaleString('en-US')} entries`}
    >
      <Table label="Keyed state" heads={['Key group', 'Key', 'State', 'Namespace', 'Value']}>
        {shown.map((row) => (
          <tr key={JSON.stringify([row.group, row.state, row.namespace, row.key])}>
            <td className="number text-muted">{row.group}</td>
            <td className="number">{keyText(row.key)}</td>
            <td>{row.state}</td>
            <td className="number">{namespaceText(row.namespace) || <span className="text-faint">—</span>}</td>
            <td className="number cp-value" title={stateText(row)}>
              {stateText(row)}
              {row.touchedAt !== null && <span className="text-faint"> touched {momentText(row.touchedAt)}</span>}
            </td>
          </tr>
        ))}
      </Table>
      <More count={rows.length - shown.length + more} hint="Find a key to see its own." />
    </Section>
  );
}

export function TimerTable({ rows, more = 0 }: { readonly rows: readonly TimerRow[]; readonly more?: number }) {
  const shown = rows.slice(0, shownMost);
  return (
    <Section title="Timers" note={counted(rows.length + more, 'timer')}>
      <Table label="Timers" heads={['Key group', 'Key', 'Due at', 'Of', 'Namespace']}>
        {shown.map((row) => (
          <tr key={JSON.stringify([row.domain, row.time, row.key, row.namespace])}>
            <td className="number text-muted">{row.group}</td>
            <td className="number">{keyText(row.key)}</td>
            <td className="number">{momentText(row.time)}</td>
            <td>{row.domain} time</td>
            <td className="number">{namespaceText(row.namespace) || <span className="text-faint">—</span>}</td>
          </tr>
        ))}
      </Table>
      <More count={rows.length - shown.length + more} hint="Find a key to see its own." />
    </Section>
  );
}

function InFlight({ section }: { readonly section: InFlightSection }) {
  const shown = section.elements.slice(0, elementsMost);
  const side = section.side === 'input' ? 'waited at the receiver' : 'waited at the sender';
  return (
    <Section title={`In flight: ${section.name}`} note={`overtaken by the barrier; ${side}`}>
      <ol className="cp-elements" aria-label={`Records in flight, ${section.name}`}>
        {shown.map((text, i) => (
          <li key={i} className="number" title={text}>
            {text}
          </li>
        ))}
      </ol>
      <More count={section.elements.length - shown.length + section.more} />
    </Section>
  );
}

const More = ({ count, hint = '' }: { readonly count: number; readonly hint?: string }) =>
  count <= 0 ? null : (
    <p className="note px-4 py-1">
      and {count.toLocaleString('en-US')} more. {hint}
    </p>
  );

/** Pieces that the inspector's panels share: heading, section, figures, a schema, an editable name. */
import type { ReactNode } from 'react';
import type { StreamType } from '../../engine/graph/schema.ts';
import { Meaning } from '../ui/tooltip.tsx';

export function PanelHead({ children, subtitle }: { readonly children: ReactNode; readonly subtitle: ReactNode }) {
  return (
    <header className="px-4 pt-4 pb-3">
      {children}
      <p className="text-muted mt-0.5 text-sm">{subtitle}</p>
    </header>
  );
}

export function Section({
  title,
  children,
  aside,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
}) {
  return (
    <section aria-label={title} className="border-hairline border-t px-4 pt-3 pb-4">
      <div className="mb-2.5 flex items-center justify-between">
        <h3 className="section-title">{title}</h3>
        {aside}
      </div>
      <div className="flex flex-col gap-3.5">{children}</div>
    </section>
  );
}

/** The name of an operator or a job, edited in place; a long one takes several lines. */
export function NameInput({
  label,
  value,
  onText,
}: {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}) {
  return (
    <textarea
      className="name-input"
      aria-label={label}
      rows={1}
      spellCheck={false}
      value={value}
      maxLength={200}
      onChange={(event) => onText(event.target.value.replaceAll(/[\r\n]+/g, ' '))}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        event.currentTarget.blur();
      }}
    />
  );
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  /** What it means, on hover. */
  readonly meaning: string;
}

/** Figures with units, aligned. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl className="figures">
      {figures.map((figure) => (
        <div key={figure.label} className="contents">
          <dt>
            <Meaning of={figure.label} is={figure.meaning} />
          </dt>
          <dd className="mono">{figure.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The columns of a stream; its key columns are marked. */
export function SchemaList({ type, empty }: { readonly type: StreamType | null; readonly empty: string }) {
  if (type === null) return <p className="note">{empty}</p>;
  return (
    <ul className="schema-list">
      {type.schema.map((column) => (
        <li key={column.name}>
          <span className="mono">{column.name}</span>
          {type.key?.includes(column.name) && (
            <Meaning
              of="key"
              is="The stream is partitioned by this column: equal values reach the same subtask."
              className="key-mark"
            />
          )}
          <span className="mono text-faint ml-auto">{column.type}</span>
        </li>
      ))}
    </ul>
  );
}

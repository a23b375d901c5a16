/** The palette: every operator kind of the registry by section, to drag onto the canvas or to add with Enter. */
import { Search } from 'lucide-react';
import { useState, type DragEvent } from 'react';
import type { Family, OperatorKind } from '../../engine/graph/kind.ts';
import { operators } from '../../engine/operators/list.ts';
import { addOperator } from '../session/add-operator.ts';
import { KindIcon } from '../ui/icons.tsx';
import { Hint } from '../ui/tooltip.tsx';
import { paletteSections } from './sections.ts';

/** What the canvas looks for in a drop. */
export const kindDragType = 'application/weir-kind';

export function Palette({ onAdded }: { readonly onAdded?: () => void }) {
  const [query, setQuery] = useState('');
  const sections = paletteSections(operators, query);
  const first = sections[0]?.kinds[0];
  const add = (kind: OperatorKind) => {
    addOperator(kind.kind);
    onAdded?.();
  };
  return (
    <nav aria-label="Operators" className="flex h-full flex-col">
      <div className="relative p-3 pb-2">
        <Search
          size={14}
          aria-hidden
          className="text-faint pointer-events-none absolute top-1/2 left-5.5 -translate-y-1/2 translate-y-[-5px]"
        />
        <input
          type="search"
          className="input pl-8!"
          aria-label="Find an operator"
          placeholder="Find an operator"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setQuery('');
            if (event.key === 'Enter' && query !== '' && first !== undefined) add(first);
          }}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
        {sections.map(({ family, title, kinds }) => (
          <section key={family} aria-label={title} className="mt-3 first:mt-1">
            <h2 className="section-title mb-1.5 px-0.5">{title}</h2>
            <ul className="flex flex-col gap-1">
              {kinds.map((kind) => (
                <li key={kind.kind}>
                  <PaletteItem kind={kind} family={family} onAdd={() => add(kind)} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {sections.length === 0 && (
          <p className="note px-0.5 pt-2">
            No operator matches “{query}”.{' '}
            <button type="button" className="link" onClick={() => setQuery('')}>
              Show all
            </button>
          </p>
        )}
      </div>
    </nav>
  );
}

function PaletteItem({
  kind,
  family,
  onAdd,
}: {
  readonly kind: OperatorKind;
  readonly family: Family;
  readonly onAdd: () => void;
}) {
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(kindDragType, kind.kind);
    event.dataTransfer.setData('text/plain', kind.title);
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    <Hint text={kind.summary} side="right">
      <button
        type="button"
        draggable
        className="palette-item"
        onDragStart={onDragStart}
        onClick={onAdd}
        aria-description={kind.summary}
      >
        <span className="text-water flex">
          <KindIcon icon={kind.icon} family={family} />
        </span>
        {kind.title}
      </button>
    </Hint>
  );
}

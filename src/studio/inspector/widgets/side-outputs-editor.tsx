/**
 * Declared side outputs: a tag and columns each. A tag names a port, so that it takes effect when it is whole: on Enter, or
 * when its field is left; its edges go with it.
 */
import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { problemMessage } from '../../../engine/graph/problems.ts';
import type { SideOutputRow } from '../../../engine/graph/side-output-edits.ts';
import { tagProblem } from '../../../engine/graph/side-outputs.ts';
import { Button } from '../../ui/button.tsx';
import { SchemaEditor } from './schema-editor.tsx';
import { asObjects, asText } from '../form-model.ts';

interface SideOutputsEditorProps {
  readonly label: string;
  /** Name of the main output, which is no tag. */
  readonly main: string;
  readonly rows: readonly SideOutputRow[];
  readonly onRows: (rows: readonly SideOutputRow[]) => void;
  readonly onRename: (index: number, tag: string) => void;
}

export function SideOutputsEditor({ label, main, rows, onRows, onRename }: SideOutputsEditorProps) {
  const tags = rows.map((row) => ({ tag: asText(row['tag']) }));
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, i) => {
        const tag = asText(row['tag']);
        return (
          // Rows have no identity but their place: a tag may change.
          // eslint-disable-next-line react/no-array-index-key
          <div key={i} className="flex flex-col gap-1">
            <div className="grid grid-cols-[1fr_26px] items-center gap-1">
              <TagInput
                label={`Tag of side output ${i + 1}`}
                tag={tag}
                problemOf={(text) => {
                  const reason = tagProblem(tags, i, text, main);
                  return reason && problemMessage({ code: 'invalid-param', details: { param: label, reason } });
                }}
                onTag={(next) => onRename(i, next)}
              />
              <button
                type="button"
                className="icon-button small"
                aria-label={`Remove side output ${tag}`}
                onClick={() => onRows(rows.filter((_, j) => j !== i))}
              >
                <Trash2 size={13} aria-hidden />
              </button>
            </div>
            <div className="border-hairline ml-1.5 flex flex-col gap-1 border-l pl-2.5">
              {asObjects(row['columns']).length === 0 && <p className="note">The columns of the input.</p>}
              <SchemaEditor
                of={tag}
                rows={asObjects(row['columns'])}
                onRows={(columns) => onRows(rows.map((other, j) => (j === i ? { ...other, columns } : other)))}
              />
            </div>
          </div>
        );
      })}
      <Button
        size="small"
        className="self-start"
        onClick={() => onRows([...rows, { tag: freshTag(rows, main), columns: [] }])}
      >
        <Plus size={13} aria-hidden /> Add side output
      </Button>
    </div>
  );
}

interface TagInputProps {
  readonly label: string;
  readonly tag: string;
  /** Why a text can be no tag here, or null. */
  readonly problemOf: (text: string) => string | null;
  readonly onTag: (tag: string) => void;
}

function TagInput({ label, tag, problemOf, onTag }: TagInputProps) {
  const note = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const problem = draft === null ? null : problemOf(draft.trim());
  const take = (): void => {
    if (draft === null || problem !== null) return;
    setDraft(null);
    if (draft.trim() !== tag) onTag(draft.trim());
  };
  return (
    <>
      <input
        type="text"
        className="input mono"
        spellCheck={false}
        autoComplete="off"
        aria-label={label}
        aria-invalid={problem !== null ? true : undefined}
        aria-describedby={problem !== null ? note : undefined}
        value={draft ?? tag}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => {
          take();
          setDraft(null);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take();
          if (event.key === 'Escape') setDraft(null);
        }}
      />
      {problem !== null && (
        <p id={note} className="note order-last col-span-2" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function freshTag(rows: readonly SideOutputRow[], main: string): string {
  const taken = new Set([main, ...rows.map((row) => row['tag'])]);
  let number = rows.length + 1;
  while (taken.has(`side${number}`)) number += 1;
  return `side${number}`;
}

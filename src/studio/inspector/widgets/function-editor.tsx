/**
 * A function as text, in CodeMirror: TypeScript colours, line numbers, and a mark where it does not compile. Loaded
 * when first used. There is one history, the document's: the editor's Ctrl+Z takes back its own text there, and what
 * changes outside is brought in, the cursor staying where it can.
 */
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useMemo, useRef } from 'react';
import { checkFunction } from '../../../connectors/functions.ts';
import { problemMessage } from '../../../engine/graph/problems.ts';
import { ProblemNotes, type ControlIds } from '../../ui/field.tsx';
import type { FieldMeta } from '../../../engine/graph/params.ts';
import { toFieldProblem, type FormValues, type Streams } from '../form-model.ts';
import { returnedColumns, returnIssues, type PlacedIssue, type ReturnedColumns } from './returned-fields.ts';

interface FunctionEditorProps {
  readonly control: ControlIds;
  readonly label: string;
  readonly value: string;
  readonly meta: FieldMeta & { readonly widget: 'function' };
  /** Of all fields of the form. */
  readonly values: FormValues;
  readonly streams: Streams;
  readonly onText: (text: string) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

export function FunctionEditor(props: FunctionEditorProps) {
  const { control, label, value, onText, onUndo, onRedo } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const emit = useRef({ onText, onUndo, onRedo });
  const initial = useRef({ value, control, label });

  useEffect(() => {
    emit.current = { onText, onUndo, onRedo };
  });

  useEffect(() => {
    const first = initial.current;
    const made = new EditorView({
      parent: host.current as HTMLDivElement,
      state: EditorState.create({
        doc: first.value,
        extensions: [
          ...extensions,
          historyKeys(emit),
          EditorView.contentAttributes.of({ 'aria-label': first.label, id: first.control.id }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) emit.current.onText(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  const columns = JSON.stringify(returnedColumns(props.meta, props.values, props.streams));
  const issues = useMemo((): readonly PlacedIssue[] => {
    const against = JSON.parse(columns) as ReturnedColumns | null;
    return against === null || checkFunction(value) !== null ? [] : returnIssues(value, against);
  }, [value, columns]);
  const notes = issues.map(({ issue }) => toFieldProblem(issue));

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const now = editor.state.doc.toString();
    if (now !== value) editor.dispatch({ changes: difference(now, value) });
    mark(editor, issues);
  }, [value, issues]);

  return (
    <>
      <div
        ref={host}
        className="code"
        aria-describedby={control['aria-describedby']}
        data-invalid={control['aria-invalid']}
      />
      {notes.length > 0 && (
        <ProblemNotes
          problems={notes.filter((note, i) => notes.findIndex((each) => each.message === note.message) === i)}
        />
      )}
    </>
  );
}

interface Ways {
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

/** Consumed also where there is nothing to do, so that the page does not undo something else behind the editor. */
const historyKeys = (ways: { readonly current: Ways }) =>
  keymap.of([
    { key: 'Mod-z', run: () => (ways.current.onUndo(), true), preventDefault: true },
    { key: 'Mod-y', mac: 'Mod-Shift-z', run: () => (ways.current.onRedo(), true), preventDefault: true },
    { linux: 'Ctrl-Shift-z', win: 'Ctrl-Shift-z', run: () => (ways.current.onRedo(), true), preventDefault: true },
  ]);

/** The one change between two texts that leaves what is common at both ends, and so the cursor there, alone. */
export function difference(from: string, to: string): { from: number; to: number; insert: string } {
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from[start] === to[start]) start++;
  let end = 0;
  while (end < most - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  return { from: start, to: from.length - end, insert: to.slice(start, to.length - end) };
}

/** Underlines the line that does not compile, or else what is returned and not taken. */
function mark(editor: EditorView, issues: readonly PlacedIssue[]): void {
  const { doc } = editor.state;
  const error = doc.toString().trim() === '' ? null : checkFunction(doc.toString());
  const line = error === null ? null : doc.line(Math.min(doc.lines, Math.max(1, error.line)));
  const diagnostics =
    error === null || line === null
      ? issues.map(({ issue, from, to }) => ({
          from,
          to: Math.min(to, doc.length),
          severity: 'warning' as const,
          message: problemMessage(issue),
        }))
      : [{ from: line.from, to: line.to, severity: 'error' as const, message: error.reason }];
  editor.dispatch(setDiagnostics(editor.state, diagnostics));
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--key-3)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.comment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className], color: 'var(--water-strong)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--water-strong)' },
  { tag: [tags.propertyName, tags.variableName, tags.definition(tags.variableName)], color: 'var(--ink)' },
  { tag: [tags.punctuation, tags.operator, tags.bracket], color: 'var(--muted)' },
]);

const extensions = [
  lineNumbers(),
  highlightSpecialChars(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  EditorView.lineWrapping,
  lintGutter(),
  javascript({ typescript: true }),
  syntaxHighlighting(colours),
  // Ctrl+Enter is left to the page: it runs the job.
  // Escape, then Tab, leaves the editor: CodeMirror's own way out for the keyboard.
  keymap.of([...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), indentWithTab]),
];

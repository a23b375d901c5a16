/**
 * A function as text, in CodeMirror: TypeScript colours, line numbers, and a mark where it does not compile. Loaded
 * when first used. The editor keeps its own text; changes from outside (undo) are brought in when they differ.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
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
import { useEffect, useRef } from 'react';
import { checkFunction } from '../../../connectors/functions.ts';
import type { ControlIds } from '../../ui/field.tsx';

interface FunctionEditorProps {
  readonly control: ControlIds;
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}

export function FunctionEditor({ control, label, value, onText }: FunctionEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const emit = useRef(onText);
  const initial = useRef({ value, control, label });

  useEffect(() => {
    emit.current = onText;
  });

  useEffect(() => {
    const first = initial.current;
    const made = new EditorView({
      parent: host.current as HTMLDivElement,
      state: EditorState.create({
        doc: first.value,
        extensions: [
          ...extensions,
          EditorView.contentAttributes.of({ 'aria-label': first.label, id: first.control.id }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) emit.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const now = editor.state.doc.toString();
    if (now !== value) editor.dispatch({ changes: { from: 0, to: now.length, insert: value } });
    mark(editor);
  }, [value]);

  return (
    <div
      ref={host}
      className="code"
      aria-describedby={control['aria-describedby']}
      data-invalid={control['aria-invalid']}
    />
  );
}

/** Underlines the line that does not compile. */
function mark(editor: EditorView): void {
  const { doc } = editor.state;
  const error = doc.toString().trim() === '' ? null : checkFunction(doc.toString());
  const line = error === null ? null : doc.line(Math.min(doc.lines, Math.max(1, error.line)));
  const diagnostics =
    error === null || line === null
      ? []
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
  history(),
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
  keymap.of([...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'), ...historyKeymap, indentWithTab]),
];

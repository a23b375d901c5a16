/** SQL: asks the database of the page while a job writes to it. What is prepared and not committed is not seen. */
import { Play } from 'lucide-react';
import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { KeyboardEvent } from 'react';
import type { SqlAnswer } from '../../../connectors/transactions/postgres-protocol.ts';
import { useJob } from '../../document/document-store.ts';
import { currentDatabase } from '../../run/database.ts';
import type { SqlDatabase } from '../../run/database.ts';
import { isActive, useRun } from '../../run/run-store.ts';
import { addOperator } from '../../session/add-operator.ts';
import { Button } from '../../ui/button.tsx';
import { Toggle } from '../../ui/toggle.tsx';
import { EmptyView } from '../empty-view.tsx';
import { firstQuery, readyQueries, sinkTables } from './ready-queries.ts';
import { SqlTables } from './sql-tables.tsx';
import { repeatSql, runSql, setLive, sqlStore, useSql, writeSql } from './sql-store.ts';

const liveEveryMs = 1_000;
/** A statement that takes longer may be stopped. */
const longMs = 5_000;

export function SqlView() {
  const database = currentDatabase();
  const tables = useJob((job) => sinkTables(job).join('\n'));
  if (database === null) return <EmptyView text="There is no database here." />;
  if (tables === '')
    return (
      <EmptyView
        text="Postgres runs in this page when a job writes to it. Add a Postgres sink to query its table here."
        action={{ label: 'Add a Postgres sink', run: () => addOperator('postgres') }}
      />
    );
  return <SqlBox database={database} tables={tables.split('\n')} />;
}

interface SqlBoxProps {
  readonly database: SqlDatabase;
  readonly tables: readonly string[];
}

function SqlBox({ database, tables }: SqlBoxProps) {
  const text = useSql((state) => state.text) ?? firstQuery(tables);
  const answer = useSql((state) => state.answer);
  const editor = useRef<HTMLTextAreaElement>(null);
  useLive();
  const run = (sql: string): void => {
    void runSql(sql).then(() => showMistake(editor.current));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run(text);
  };
  return (
    <div className="flex h-full flex-col">
      <div className="chips flex-none px-4 pt-2" role="group" aria-label="Ready queries">
        {readyQueries(tables).map(({ label, sql }) => (
          <button
            key={label}
            type="button"
            className="chip"
            title={sql}
            onClick={() => {
              writeSql(sql);
              // What changes something is only written down.
              if (sql.startsWith('SELECT')) run(sql);
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="border-hairline flex flex-none flex-col gap-2 border-b px-4 py-2">
        <textarea
          ref={editor}
          className="input number min-h-14 w-full resize-y py-1.5"
          aria-label="SQL"
          rows={2}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => writeSql(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <SqlBar database={database} onRun={() => run(text)} />
      </div>
      <div className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="group" aria-label="What the database answered">
        {answer === null ? <EmptyView text="Run a query to see what is committed." /> : <Answer answer={answer} />}
      </div>
    </div>
  );
}

function SqlBar({ database, onRun }: { readonly database: SqlDatabase; readonly onRun: () => void }) {
  const running = useSql((state) => state.running);
  const live = useSql((state) => state.live);
  const answer = useSql((state) => state.answer);
  const status = useSyncExternalStore(
    (listener) => database.subscribe(listener),
    () => database.status,
  );
  const long = useLong(running && status.kind !== 'starting');
  const id = useId();
  return (
    <div className="flex items-center gap-3">
      <Button tone="primary" size="small" onClick={onRun} title="Ctrl+Enter">
        <Play size={12} aria-hidden />
        Run
      </Button>
      <label htmlFor={id} className="flex items-center gap-2 text-[12px]">
        <Toggle id={id} checked={live} onChecked={setLive} />
        Again every second while the job runs
      </label>
      {long && (
        <Button tone="danger" size="small" onClick={() => database.stop()}>
          Stop the database
        </Button>
      )}
      <p className="note number ml-auto" role="status">
        {note(status, running && !live, answer)}
      </p>
    </div>
  );
}

function note(status: SqlDatabase['status'], running: boolean, answer: SqlAnswer | null): string {
  if (status.kind === 'failed') return `Postgres did not start: ${status.reason}.`;
  if (status.kind === 'starting') return 'Postgres is starting; the first time it loads 5 MB…';
  if (running) return 'Running…';
  return answer?.kind === 'tables' ? `${Math.max(0.1, answer.ms).toFixed(1)} ms` : '';
}

function Answer({ answer }: { readonly answer: SqlAnswer }) {
  if (answer.kind === 'tables') return <SqlTables tables={answer.tables} />;
  return (
    <div role="alert" className="flex flex-col gap-1 px-4 py-3">
      <p className="text-red-ink">
        {answer.message}
        {answer.code !== '' && <span className="number text-faint"> {answer.code}</span>}
      </p>
      {answer.hint !== '' && <p className="note">{answer.hint}</p>}
      {answer.code === '42P01' && (
        <p className="note">A sink makes its table with its first checkpoint that has records.</p>
      )}
    </div>
  );
}

/** Puts the cursor on the word that the database complains about. */
function showMistake(editor: HTMLTextAreaElement | null): void {
  const { answer, answered } = sqlStore.getState();
  if (editor === null || answer?.kind !== 'error' || answer.position === null || editor.value !== answered) return;
  const word = /^(?:\w+|.)?/s.exec(answered.slice(answer.position))?.[0] ?? '';
  editor.focus();
  editor.setSelectionRange(answer.position, answer.position + word.length);
}

function useLive(): void {
  const live = useSql((state) => state.live);
  const active = useRun(isActive);
  useEffect(() => {
    if (!live || !active) return undefined;
    const timer = setInterval(repeatSql, liveEveryMs);
    return () => {
      clearInterval(timer);
      // What the last checkpoint of the job committed.
      repeatSql();
    };
  }, [live, active]);
}

/** True once `running` has lasted. */
function useLong(running: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => setLong(true), longMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [running]);
  return long;
}

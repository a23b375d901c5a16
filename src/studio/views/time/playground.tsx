/**
 * The playground: the script of a source as something to play with. A click adds an element where it is, dragging moves one,
 * Step plays the next. Every change plays the job again from the start in the simulator, in virtual time, a record a
 * second; what is shown is what the engine did.
 */
import { ChevronFirst, ChevronLast, StepBack, StepForward } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { PlacedElement } from '../../../base/timeline.ts';
import type { JobNode } from '../../../engine/graph/job.ts';
import { failureMessage } from '../../../engine/wire/failures.ts';
import { useDerived } from '../../derived/derived-store.ts';
import { setParam } from '../../document/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/inputs.tsx';
import { Segments } from '../../ui/toggle.tsx';
import { EmptyView } from '../empty-view.tsx';
import { goodNode, nameOf } from './good-node.ts';
import { handleBoxes, Handles } from './handles.tsx';
import { oneInput } from './inputs.ts';
import { Legend, summaryOf } from './legend.tsx';
import { indexAt, issueOf, movedSince, playedOf } from './played.ts';
import { NotYet, PlaygroundNotes } from './playground-notes.tsx';
import { Plot } from './plot.tsx';
import { exampleOf, recordIssue } from './record-to-add.ts';
import { sceneOf, type Extent } from './scene.ts';
import { elementsOf, inserted, removed, retimed, snapped, timeOf, truncated } from './script-edits.ts';
import { useTryOut } from './use-try-out.ts';

interface PlaygroundProps {
  readonly sources: readonly JobNode[];
  readonly modes: React.ReactNode;
}

const adds = [
  { value: 'record', label: 'Record' },
  { value: 'watermark', label: 'Watermark' },
] as const;

export function Playground({ sources, modes }: PlaygroundProps) {
  const [chosen, setChosen] = useState('');
  const source = sources.find(({ id }) => id === chosen) ?? (sources[0] as JobNode);
  const timeline = typeof source.params['timeline'] === 'string' ? source.params['timeline'] : '';
  const elements = useMemo(() => elementsOf(timeline), [timeline]);
  const [steps, setSteps] = useState<number | null>(null);
  const [add, setAdd] = useState<'record' | 'watermark'>('record');
  const [typed, setTyped] = useState<string | null>(null);
  const record = typed ?? exampleOf(source);
  const notesId = useId();
  const field = useRef<HTMLInputElement>(null);
  const wrongRecord = useMemo(() => (add === 'record' ? recordIssue(record, source) : null), [add, record, source]);
  const [zoom, setZoom] = useState<Extent | null>(null);
  const count = Math.min(steps ?? elements.length, elements.length);
  const { view, failure, timeline: tried } = useTryOut(source.id, truncated(timeline, count));
  const selected = useSession((state) => state.selection.nodes);
  const node =
    view === null ? undefined : (selected.find((each) => each !== source.id && view.nodes.has(each)) ?? goodNode(view));
  const told = node === undefined ? undefined : view?.times.get(node);
  const own = view?.times.get(source.id);
  const last = Math.max(0, ...[told, own].flatMap((each) => (each === undefined ? [] : lastOf(each)))) + 1000;
  const scene = told === undefined ? null : sceneOf(told, { key: null, subtask: null }, last);
  const before = elementsOf(tried);
  const now = elements.slice(0, count);
  const played = movedSince(playedOf(tried, before, own), before, timeline, now) ?? playedOf(timeline, now, own);
  const write = (next: string, by = 0): void => {
    setParam(source.id, 'timeline', next);
    if (steps !== null) setSteps(Math.max(0, count + by));
  };
  const extent = scene?.extent ?? { x: [0, 10_000], y: [0, 30_000] };
  const place = (x: number, y: number): void => {
    // What is wrong with it stands above the plot.
    if (wrongRecord !== null) return field.current?.focus();
    const time = snapped(y, extent.y[1] - extent.y[0]);
    const element = add === 'record' ? `${record.trim()}@${timeOf(time)}` : `w${timeOf(time)}`;
    write(inserted(timeline, indexAt(played, x, count), element), 1);
  };
  const problem = view?.job.failure ?? null;
  const said = failure ?? (problem === null ? null : failureMessage(problem));
  const canRun = useDerived((state) => state.plan !== null);
  const wrong = [wrongRecord, ...played.map(issueOf)].filter((issue) => issue !== null);
  return (
    <div className="flex h-full flex-col">
      <div className="time-bar">
        {modes}
        {sources.length > 1 && (
          <Select
            aria-label="Script"
            value={source.id}
            options={sources.map(({ id, name }) => ({ value: id, label: name }))}
            onValue={setChosen}
          />
        )}
        <div className="flex items-center" role="group" aria-label="Steps of the script">
          <IconButton
            label="To the start"
            side="top"
            disabled={count === 0}
            icon={<ChevronFirst size={14} aria-hidden />}
            onClick={() => setSteps(0)}
          />
          <IconButton
            label="Step back"
            side="top"
            disabled={count === 0}
            icon={<StepBack size={14} aria-hidden />}
            onClick={() => setSteps(count - 1)}
          />
          <IconButton
            label="Step"
            hint="Play the next element"
            side="top"
            disabled={count === elements.length}
            icon={<StepForward size={14} aria-hidden />}
            onClick={() => setSteps(count + 1)}
          />
          <IconButton
            label="To the end"
            side="top"
            disabled={count === elements.length}
            icon={<ChevronLast size={14} aria-hidden />}
            onClick={() => setSteps(null)}
          />
        </div>
        <span className="note">A click adds</span>
        <Segments label="A click adds" value={add} options={adds} onValue={setAdd} />
        {add === 'record' && (
          <TextInput
            ref={field}
            aria-label="Record that a click adds"
            aria-invalid={wrongRecord === null ? undefined : true}
            aria-describedby={wrongRecord === null ? undefined : notesId}
            className="number w-24"
            value={record}
            onText={setTyped}
            spellCheck={false}
          />
        )}
        {scene !== null && <Legend scene={scene} ports={[]} />}
      </div>
      <Script name={source.name} timeline={timeline} elements={elements} count={count} onPlay={setSteps} />
      <PlaygroundNotes id={notesId} issues={wrong} />
      {!canRun || (view === null && said === null) ? (
        <NotYet source={source.id} />
      ) : said !== null || view === null ? (
        <EmptyView text={said ?? ''} />
      ) : (
        <Plot
          scene={scene ?? emptyScene}
          followed={extent}
          zoom={zoom}
          onZoom={setZoom}
          inputs={oneInput}
          origin={0}
          label={`Playground of ${nameOf(view, node)}`}
          onPlace={place}
          reserved={(scales) => handleBoxes(scales, played)}
          over={(scales) => (
            <Handles
              scales={scales}
              played={played}
              onTime={(index, time) => write(retimed(timeline, index, time))}
              onRemove={(index) => write(removed(timeline, index), -1)}
            />
          )}
        />
      )}
      <div className="time-said">
        <p className="note number min-w-0 truncate" role="status" aria-label="Event time in words">
          {`${count} of ${elements.length} elements played. ${scene === null ? '' : summaryOf(scene, { records: 0, panes: 0 })}`}
        </p>
        <p
          className="note time-played truncate"
          title="From the start, in virtual time, a record a second: what is shown is what the engine did."
        >
          {`${nameOf(view, node)}, played by the simulator at each change`}
        </p>
      </div>
    </div>
  );
}

interface ScriptProps {
  readonly name: string;
  readonly timeline: string;
  readonly elements: readonly PlacedElement[];
  /** So many have been played. */
  readonly count: number;
  readonly onPlay: (count: number) => void;
}

/** The script element by element; the one that was played last stays in sight. */
function Script({ name, timeline, elements, count, onPlay }: ScriptProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [count, elements]);
  return (
    <ol ref={list} className="time-script number" aria-label={`Script of ${name}`}>
      {elements.map(({ start, end }, i) => (
        <li key={i}>
          <button
            type="button"
            aria-current={i === count - 1 ? 'step' : undefined}
            data-ahead={i >= count || undefined}
            title="Play up to here"
            onClick={() => onPlay(i + 1)}
          >
            {timeline.slice(start, end)}
          </button>
        </li>
      ))}
    </ol>
  );
}

const emptyScene = sceneOf(
  { node: '', records: [], watermarks: [], windows: [], skipped: new Map(), told: 0 },
  { key: null, subtask: null },
  0,
);

/** Processing time of the last thing told. */
function lastOf({ records, watermarks, windows }: Parameters<typeof sceneOf>[0]): readonly number[] {
  return [records, watermarks, windows].flatMap((all) => all.at(-1)?.trace.at ?? []);
}

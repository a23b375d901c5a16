/** Time: event time against processing time at one operator, as the engine told it. */
import './time.css';
import { Maximize, Minus, MoveHorizontal, MoveVertical, Plus, SquareDashed, Table2 } from 'lucide-react';
import { useMemo, useState, type ComponentProps, type ReactNode } from 'react';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { ClusterView, TimeView as Told } from '../../../engine/telemetry/cluster-view.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { sumSkipped } from '../../../engine/wire/time-traces.ts';
import { useDocument } from '../../document/document-store.ts';
import { useRun } from '../../run/run-store.ts';
import { useThrottledView, wholeView } from '../../run/use-throttled-view.ts';
import { select } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { takeUpBrush, useTimePick, type Sides } from '../../session/time-pick.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/inputs.tsx';
import { Segments } from '../../ui/toggle.tsx';
import { EmptyView } from '../empty-view.tsx';
import { followedExtent } from './frame.ts';
import { goodNode, nameOf } from './good-node.ts';
import type { Hit } from './hit.ts';
import { inputsOf } from './inputs.ts';
import { Legend, summaryOf } from './legend.tsx';
import { Playground } from './playground.tsx';
import { PickedHere } from './picked-here.tsx';
import { Plot } from './plot.tsx';
import { zoomed } from './scales.ts';
import { sceneOf, type Extent } from './scene.ts';
import { TimeTable } from './time-table.tsx';
import { linesOf } from './tip.tsx';
import { WhyPinned } from './why-pinned.tsx';

/** The plot of the run; for a job with scripts also the playground. */
export function TimeView() {
  const job = useDocument((state) => state.job);
  const sources = useMemo(() => job.nodes.filter(({ kind }) => kind === 'scripted'), [job]);
  const hasRun = useRun((state) => state.view !== null);
  const [chosen, setMode] = useState<Mode | null>(null);
  if (sources.length === 0) return <RunPlot modes={null} />;
  const mode = chosen ?? (hasRun ? 'run' : 'playground');
  const modes = <Segments label="What is plotted" value={mode} options={plotted} onValue={setMode} />;
  return mode === 'run' ? <RunPlot modes={modes} /> : <Playground sources={sources} modes={modes} />;
}

const plotted = [
  { value: 'run', label: 'Run' },
  { value: 'playground', label: 'Playground' },
] as const;
type Mode = (typeof plotted)[number]['value'];

function RunPlot({ modes }: { readonly modes: ReactNode }) {
  const view = useThrottledView(wholeView);
  const selection = useSession((state) => state.selection);
  if (view === null)
    return (
      <Empty
        modes={modes}
        text="Run the job to see event time against processing time: records, watermarks, windows and panes."
        run
      />
    );
  const good = goodNode(view);
  const wanted = selection.nodes.find((node) => view.nodes.has(node));
  const node = wanted ?? good;
  const told = node === undefined ? undefined : view.times.get(node);
  if (node === undefined || told === undefined) {
    if (good !== undefined)
      return (
        <Empty
          modes={modes}
          text={`${nameOf(view, node)} has seen no record yet.`}
          action={{ label: `Show ${nameOf(view, good)}`, run: () => select([good]) }}
        />
      );
    return <Empty modes={modes} text="Waiting for the first record…" />;
  }
  const timeless = told.windows.length === 0 && !told.records.some(({ trace }) => trace.time !== null);
  if (timeless && wanted !== undefined && good !== undefined && good !== node)
    return (
      <Empty
        modes={modes}
        text={`The records of ${nameOf(view, node)} have no event time. Its source gives them one by a timestamp column.`}
        action={{ label: `Show ${nameOf(view, good)}`, run: () => select([good]) }}
      />
    );
  return <Shown key={node} view={view} node={node} told={told} subtask={selection.subtask} modes={modes} />;
}

/** Nothing to plot; the way to the playground stays. */
function Empty({ modes, ...rest }: ComponentProps<typeof EmptyView> & { readonly modes: ReactNode }) {
  return (
    <div className="flex h-full flex-col">
      {modes !== null && <div className="time-bar">{modes}</div>}
      <div className="min-h-0 flex-1">
        <EmptyView {...rest} />
      </div>
    </div>
  );
}

interface ShownProps {
  readonly view: ClusterView;
  readonly node: NodeId;
  readonly told: Told;
  readonly subtask: string | null;
  readonly modes: ReactNode;
}

function Shown({ view, node, told, subtask: selected, modes }: ShownProps) {
  const [key, setKey] = useState<string | null>(null);
  const [zoom, setZoom] = useState<Extent | null>(null);
  const picking = useTimePick((state) => state.picking);
  const [table, setTable] = useState(false);
  const [pinned, setPinned] = useState<Hit | null>(null);
  const subtask = useMemo(
    () => (selected !== null && told.records.some((each) => each.subtask === selected) ? selected : null),
    [told, selected],
  );
  const live = !isTerminal(view.job.state);
  const now = view.at;
  const name = nameOf(view, node);
  const origin = view.job.startedAt ?? 0;
  const scene = useMemo(() => sceneOf(told, { key, subtask }, now), [told, key, subtask, now]);
  const followed = useMemo(() => followedExtent(scene, now, live), [scene, now, live]);
  const inputs = useMemo(() => inputsOf(view.graph, node), [view.graph, node]);
  const skipped = sumSkipped(told.skipped.values());
  const zoomTo = (factor: number): void => {
    const from = zoom ?? followed;
    if (from === null) return;
    setZoom({
      x: zoomed(from.x, (from.x[0] + from.x[1]) / 2, factor),
      y: zoomed(from.y, (from.y[0] + from.y[1]) / 2, factor),
    });
  };
  return (
    <div className="flex h-full flex-col">
      <div className="time-bar">
        {modes}
        <NodeSelect view={view} node={node} />
        <Select
          aria-label="Key"
          value={key ?? ''}
          options={[{ value: '', label: 'All keys' }, ...scene.keys.map((each) => ({ value: each, label: each }))]}
          onValue={(value) => setKey(value === '' ? null : value)}
        />
        <div className="flex">
          <IconButton
            label="Zoom in"
            keys="+"
            side="top"
            icon={<Plus size={14} aria-hidden />}
            onClick={() => zoomTo(0.6)}
          />
          <IconButton
            label="Zoom out"
            keys="-"
            side="top"
            icon={<Minus size={14} aria-hidden />}
            onClick={() => zoomTo(1 / 0.6)}
          />
          <IconButton
            label={live ? 'Follow' : 'Show all'}
            hint={live ? 'Follow the run again' : 'Show the whole run'}
            keys="0"
            side="top"
            icon={<Maximize size={14} aria-hidden />}
            pressed={zoom === null}
            onClick={() => setZoom(null)}
          />
          <Brushes picking={picking} onPicking={takeUpBrush} />
          <IconButton
            label="As tables"
            side="top"
            pressed={table}
            icon={<Table2 size={14} aria-hidden />}
            onClick={() => setTable(!table)}
          />
        </div>
        <Legend scene={scene} ports={inputs.ports} />
      </div>
      {table || followed === null ? (
        <div className="min-h-0 flex-1">
          <TimeTable
            scene={scene}
            watermarks={subtask === null ? told.watermarks : told.watermarks.filter((each) => each.subtask === subtask)}
            inputs={inputs}
            name={name}
            origin={origin}
          />
        </div>
      ) : (
        <Plot
          scene={scene}
          followed={followed}
          zoom={zoom}
          onZoom={setZoom}
          inputs={inputs}
          origin={origin}
          picking={picking}
          onPicking={takeUpBrush}
          label={`Event time of ${name}`}
          pinned={pinned}
          onPin={setPinned}
        />
      )}
      <Said
        summary={summaryOf(scene, skipped)}
        pinned={pinned}
        onClose={() => setPinned(null)}
        picked={<PickedHere origin={origin} shown={zoom ?? followed} onShow={setZoom} />}
      >
        {pinned !== null && <WhyPinned view={view} node={node} pinned={pinned} />}
      </Said>
    </div>
  );
}

const brushes = [
  { sides: 'event', keys: 'E', label: 'Pick a span of event time', icon: MoveVertical },
  { sides: 'arrival', keys: 'P', label: 'Pick a span of processing time', icon: MoveHorizontal },
  { sides: 'both', keys: 'B', label: 'Pick a rectangle of both', icon: SquareDashed },
] as const;

const brushHints: Readonly<Record<Sides, string>> = {
  event: 'Drag over the plot, or along its axis: Results then shows the rows of that event time alone',
  arrival: 'Drag over the plot, or along its axis: Results then shows the rows that reached the sink in that time',
  both: 'Drag over the plot, or drag with Shift: Results then shows the rows of that event time that came in that time',
};

/** Which way dragging, and the arrow keys, brush. */
function Brushes({
  picking,
  onPicking,
}: {
  readonly picking: Sides | null;
  readonly onPicking: (sides: Sides | null) => void;
}) {
  return brushes.map(({ sides, keys, label, icon: Icon }) => (
    <IconButton
      key={sides}
      label={label}
      hint={brushHints[sides]}
      keys={keys}
      side="top"
      pressed={picking === sides}
      icon={<Icon size={14} aria-hidden />}
      onClick={() => onPicking(picking === sides ? null : sides)}
    />
  ));
}

function NodeSelect({ view, node }: { readonly view: ClusterView; readonly node: NodeId }) {
  const options = view.graph.jobGraph.vertices
    .flatMap(({ operators }) => operators)
    .filter((each) => view.times.has(each.node))
    .map((each) => ({ value: each.node, label: each.name }));
  return <Select aria-label="Operator" value={node} options={options} onValue={(value) => select([value])} />;
}

interface SaidProps {
  readonly summary: string;
  readonly pinned: Hit | null;
  readonly onClose: () => void;
  /** Beside what is pinned. */
  readonly children: ReactNode;
  readonly picked: ReactNode;
}

/** Below the plot: what is pinned, else all in one sentence; and what was picked here and in the results. */
function Said({ summary, pinned, onClose, children, picked }: SaidProps) {
  return (
    <div className="time-said">
      <p className="note number min-w-0 truncate" role="status" aria-label="Event time in words">
        {pinned === null ? summary : linesOf(pinned).join(' · ')}
      </p>
      {children}
      {pinned !== null && (
        <Button size="small" tone="quiet" onClick={onClose}>
          Let go
        </Button>
      )}
      {picked}
    </div>
  );
}

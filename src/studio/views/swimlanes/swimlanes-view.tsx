/** Swimlanes: what each subtask did over the last minutes: its rate, and its time busy, idle and backpressured. */
import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { ExecutionGraph } from '../../../engine/graph/plan.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { percent, rateText } from '../../canvas/number-text.ts';
import { useView } from '../../run/run-store.ts';
import { select } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { Segments } from '../../ui/toggle.tsx';
import { EmptyView } from '../empty-view.tsx';
import { verticesInOrder } from '../watermarks/ladder.ts';
import { axisHeight, figureWidth, nameWidth, paintLanes, readSwimInks, rowHeight, type LaneRow } from './paint.ts';
import { history, onSample } from './recorder.ts';

interface NamedRow extends LaneRow {
  readonly name: string;
  readonly index: number;
  readonly node: string;
  readonly first: boolean;
}

const spans = [
  { value: '30', label: '30 s' },
  { value: '120', label: '2 min' },
  { value: '600', label: '10 min' },
] as const;
type SpanValue = (typeof spans)[number]['value'];

const pickGraph = (view: ClusterView | null) => view?.graph ?? null;

export function SwimlanesView() {
  const graph = useView(pickGraph);
  const [span, setSpan] = useState<SpanValue>('30');
  const rows = useMemo(() => (graph === null ? [] : rowsOf(graph)), [graph]);
  if (graph === null)
    return (
      <EmptyView
        text="Run the job to see what each subtask does over time: its rate, and whether it is busy, idle or held back."
        run
      />
    );
  return (
    <div className="flex h-full flex-col">
      <div className="border-hairline flex flex-none flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-1">
        <Key colour="var(--water)" text="records/s" line />
        <Key colour="var(--idle)" text="idle" />
        <Key colour="var(--busy)" text="busy" />
        <Key colour="var(--backpressured)" text="backpressured" />
        <div className="ml-auto">
          <Segments label="Time shown" value={span} options={spans} onValue={setSpan} />
        </div>
      </div>
      <Lanes rows={rows} spanMs={Number(span) * 1000} />
    </div>
  );
}

const Key = ({ colour, text, line }: { readonly colour: string; readonly text: string; readonly line?: boolean }) => (
  <span className="note inline-flex items-center gap-1.5">
    <i className={line === true ? 'chart-swatch-line' : 'chart-swatch-bar'} style={{ color: colour }} />
    {text}
  </span>
);

function rowsOf(graph: ExecutionGraph): readonly NamedRow[] {
  return verticesInOrder(graph).flatMap((vertex) =>
    graph.subtasks
      .filter((subtask) => subtask.vertex === vertex.id)
      .map(({ id, index }, i) => ({
        subtask: id,
        vertex: vertex.id,
        name: vertex.operators.map((operator) => operator.name).join(' → '),
        node: vertex.operators[0]?.node ?? '',
        index,
        first: i === 0,
      })),
  );
}

function Lanes({ rows, spanMs }: { readonly rows: readonly NamedRow[]; readonly spanMs: number }) {
  const theme = useSession((state) => state.theme);
  const frame = useRef<HTMLDivElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<number | null>(null);
  const repaint = useRef<() => void>(() => {});

  useEffect(() => {
    const painter = makePainter({ frame, scroll, canvas, pointer }, rows, spanMs);
    repaint.current = painter.request;
    const unsubscribe = onSample(painter.request);
    const observer = new ResizeObserver(painter.request);
    if (frame.current !== null) observer.observe(frame.current);
    return () => {
      observer.disconnect();
      unsubscribe();
      painter.dispose();
    };
  }, [rows, spanMs, theme]);

  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left;
    pointer.current = x >= nameWidth && x <= box.width - figureWidth ? x : null;
    repaint.current();
  };
  const leave = () => {
    pointer.current = null;
    repaint.current();
  };
  return (
    <div ref={frame} className="swim" onPointerMove={point} onPointerLeave={leave}>
      <div
        ref={scroll}
        className="swim-scroll"
        style={{ bottom: axisHeight }}
        tabIndex={0}
        role="group"
        aria-label="Subtasks over time"
        onScroll={() => repaint.current()}
      >
        <ol style={{ height: rows.length * rowHeight }}>
          {rows.map((row) => (
            <li key={row.subtask} style={{ height: rowHeight, width: nameWidth }}>
              <button
                type="button"
                title={`${row.name} ${row.index}`}
                onClick={() => select([row.node], [], row.subtask)}
              >
                <span className={row.first ? 'swim-name' : 'swim-name swim-name-again'}>{row.name}</span>
                <span className="number text-faint">{row.index}</span>
                <span className="sr-only" data-lane={row.subtask} />
              </button>
            </li>
          ))}
        </ol>
      </div>
      <canvas ref={canvas} className="swim-canvas" aria-hidden />
    </div>
  );
}

interface Parts {
  readonly frame: { readonly current: HTMLDivElement | null };
  readonly scroll: { readonly current: HTMLDivElement | null };
  readonly canvas: { readonly current: HTMLCanvasElement | null };
  readonly pointer: { readonly current: number | null };
}

/** Paints at most once a frame, when asked. */
function makePainter(parts: Parts, rows: readonly NamedRow[], spanMs: number) {
  const inks = parts.frame.current === null ? null : readSwimInks(parts.frame.current);
  let pending = 0;
  const paint = (): void => {
    pending = 0;
    const { frame, scroll, canvas, pointer } = parts;
    const pen = canvas.current?.getContext('2d');
    if (!pen || frame.current === null || canvas.current === null || inks === null) return;
    const { clientWidth: width, clientHeight: height } = frame.current;
    fit(canvas.current, width, height);
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const scrollTop = scroll.current?.scrollTop ?? 0;
    paintLanes(pen, { history, rows, inks, width, height, scrollTop, spanMs, pointer: pointer.current });
    tellLanes(frame.current, rows);
  };
  const request = (): void => {
    if (pending === 0) pending = requestAnimationFrame(paint);
  };
  request();
  return { request, dispose: () => cancelAnimationFrame(pending) };
}

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
}

/** The newest figures of each lane as text, for those who do not see the picture. */
function tellLanes(frame: HTMLElement, rows: readonly NamedRow[]): void {
  const places = frame.querySelectorAll<HTMLElement>('[data-lane]');
  rows.forEach(({ subtask }, i) => {
    const place = places[i];
    const sample = history.size === 0 ? null : history.sampleAt(subtask, history.size - 1);
    const text =
      sample === null
        ? 'not running'
        : `${rateText(sample.rate)}, ${percent(sample.busy)} busy, ${percent(sample.backpressured)} backpressured`;
    if (place !== undefined && place.textContent !== text) place.textContent = text;
  });
}

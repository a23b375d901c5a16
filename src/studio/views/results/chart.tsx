/** A chart of results, with its legend telling the values under the pointer. uPlot draws; React only holds the frame. */
import 'uplot/dist/uPlot.min.css';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useSession } from '../../session/session-store.ts';
import { chartSummary, valueText, xText, type ChartData } from './chart-series.ts';
import { plotData, plotOptions, plotSignature, readLook, seriesLooks, type PlotLook } from './plot.ts';

export function Chart({ data }: { readonly data: ChartData }) {
  const theme = useSession((state) => state.theme);
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(data);
  const [at, setAt] = useState<number | null>(null);
  const [look, setLook] = useState<PlotLook | null>(null);
  const signature = plotSignature(data);
  useEffect(() => {
    newest.current = data;
  }, [data]);

  useLayoutEffect(() => {
    if (frame.current !== null) setLook(readLook(frame.current));
  }, [theme]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null || look === null) return;
    const size = () => ({ width: Math.max(80, element.clientWidth), height: Math.max(60, element.clientHeight) });
    const shown = newest.current;
    const made = new uPlot(plotOptions({ data: shown, look, ...size(), onPoint: setAt }), plotData(shown), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [signature, look]);

  useLayoutEffect(() => plot.current?.setData(plotData(data)), [data]);

  return (
    <div className="flex h-full min-h-0">
      <div ref={frame} role="img" aria-label={chartSummary(data)} className="chart-frame" />
      {look !== null && <Legend data={data} look={look} at={at} />}
    </div>
  );
}

/** Names and values: those under the pointer, else the last of each series. */
function Legend({ data, look, at }: { readonly data: ChartData; readonly look: PlotLook; readonly at: number | null }) {
  const looks = useMemo(() => seriesLooks(data, look.inks), [data, look]);
  const bars = data.choice.style === 'bar';
  const x = at === null ? undefined : data.xs[at];
  return (
    <div className="chart-legend" aria-hidden>
      <p className="chart-legend-x number">{x === undefined ? 'last values' : xText(x, data.axis, data.names)}</p>
      <ul>
        {data.series.map(({ name, ys }, i) => {
          const value = x === undefined ? ys.findLast((y) => y !== null) : ys[at ?? 0];
          return (
            <li key={name} className="chart-legend-row" title={name}>
              <i
                className={bars ? 'chart-swatch-bar' : 'chart-swatch-line'}
                data-dashed={looks[i]?.dashed || undefined}
                style={{ color: looks[i]?.colour }}
              />
              <span className="chart-legend-name">{name}</span>
              <span className="number">{value === null || value === undefined ? '—' : valueText(value)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

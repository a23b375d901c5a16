/** What the plot shows, as tables: panes in the order in which they fired, and records with their verdicts. */
import { MAX_EVENT_TIME } from '../../../base/units.ts';
import { timeText } from '../../../engine/time/windows.ts';
import { sinceText } from './scales.ts';
import type { Scene } from './scene.ts';
import { spanText, verdictText } from './words.ts';

const rowsMax = 500;

export function TimeTable({
  scene,
  name,
  origin,
}: {
  readonly scene: Scene;
  readonly name: string;
  readonly origin: number;
}) {
  const panes = scene.panes.flatMap((mark) => mark.panes).slice(-rowsMax);
  const dots = scene.dots.slice(-rowsMax);
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="group" aria-label={`Event time of ${name} as tables`}>
      {panes.length > 0 && (
        <table className="result-table" aria-label={`Panes of ${name}`}>
          <Head names={['At', 'Window', 'Key', 'Timing', 'Index', 'Value', 'Watermark']} />
          <tbody>
            {panes.map(({ number, trace }) => (
              <tr key={number}>
                <td className="number">{sinceText(trace.at - origin, 60_000)}</td>
                <td className="number">{spanText(trace.window)}</td>
                <td>{trace.key}</td>
                <td>{trace.timing}</td>
                <td className="number">{trace.index ?? ''}</td>
                <td className="number">{trace.value}</td>
                <td className="number">{trace.watermark >= MAX_EVENT_TIME ? 'final' : timeText(trace.watermark)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table className="result-table" aria-label={`Records of ${name} in time`}>
        <Head names={['At', 'Record', 'Event time', 'Verdict', 'Windows']} />
        <tbody>
          {dots.map(({ number, trace }) => (
            <tr key={number}>
              <td className="number">{sinceText(trace.at - origin, 60_000)}</td>
              <td>{trace.label}</td>
              <td className="number">{trace.time === null ? '' : timeText(trace.time)}</td>
              <td>{verdictText(trace.verdict, trace.time, trace.watermark)}</td>
              <td className="number">{(trace.windows ?? []).map(spanText).join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Head = ({ names }: { readonly names: readonly string[] }) => (
  <thead>
    <tr>
      {names.map((each) => (
        <th key={each} scope="col" className="text-left">
          {each}
        </th>
      ))}
    </tr>
  </thead>
);

/**
 * What the plot shows, as tables: panes in the order in which they fired, records with their verdicts, watermarks; the
 * newest of each, which its caption says.
 */
import { counted } from '../../canvas/number-text.ts';
import { timeText } from '../../../engine/time/windows.ts';
import type { NumberedTime, WatermarkTrace } from '../../../engine/telemetry/cluster-view.ts';
import { channelText, type Inputs } from './inputs.ts';
import { sinceText } from './scales.ts';
import type { Scene } from './scene.ts';
import { spanText, verdictText, watermarkText } from './words.ts';

const rowsMax = 500;

interface TimeTableProps {
  readonly scene: Scene;
  readonly watermarks: readonly NumberedTime<WatermarkTrace>[];
  readonly inputs: Inputs;
  readonly name: string;
  readonly origin: number;
}

export function TimeTable({ scene, watermarks, inputs, name, origin }: TimeTableProps) {
  const several = inputs.ports.length > 0;
  const panes = scene.panes.flatMap((mark) => mark.panes);
  const dots = [...scene.dots, ...scene.timeless].sort((a, b) => a.number - b.number);
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="group" aria-label={`Event time of ${name} as tables`}>
      {panes.length > 0 && (
        <table className="result-table" aria-label={`Panes of ${name}`}>
          <Caption all={panes.length} what="pane" />
          <Head names={['At', 'Window', 'Key', 'Timing', 'Index', 'Value', 'Watermark']} />
          <tbody>
            {panes.slice(-rowsMax).map(({ number, trace }) => (
              <tr key={number}>
                <td className="number">{sinceText(trace.at - origin, 60_000)}</td>
                <td className="number">{spanText(trace.window)}</td>
                <td>{trace.key}</td>
                <td>{trace.timing}</td>
                <td className="number">{trace.index ?? ''}</td>
                <td className="number">{trace.value}</td>
                <td className="number">{watermarkText(trace.watermark)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table className="result-table" aria-label={`Records of ${name} in time`}>
        <Caption all={dots.length} what="record" />
        <Head names={['At', ...(several ? ['Input'] : []), 'Record', 'Event time', 'Verdict', 'Windows']} />
        <tbody>
          {dots.slice(-rowsMax).map(({ number, trace }) => (
            <tr key={number}>
              <td className="number">{sinceText(trace.at - origin, 60_000)}</td>
              {several && <td>{inputs.ports[trace.input]}</td>}
              <td>{trace.label}</td>
              <td className="number">{trace.time === null ? '' : timeText(trace.time)}</td>
              <td>{trace.time === null ? 'No event time' : verdictText(trace.verdict, trace.time, trace.watermark)}</td>
              <td className="number">{(trace.windows ?? []).map(spanText).join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Watermarks watermarks={watermarks} inputs={inputs} name={name} origin={origin} />
    </div>
  );
}

/** In the order in which they came, so that each combined one can be checked against the channels before it. */
function Watermarks({ watermarks, inputs, name, origin }: Omit<TimeTableProps, 'scene'>) {
  if (watermarks.length === 0) return null;
  return (
    <table className="result-table" aria-label={`Watermarks of ${name}`}>
      <Caption all={watermarks.length} what="watermark" />
      <Head names={['At', 'Subtask', 'Of', 'Watermark']} />
      <tbody>
        {watermarks.slice(-rowsMax).map(({ number, subtask, trace }) => (
          <tr key={number}>
            <td className="number">{sinceText(trace.at - origin, 60_000)}</td>
            <td className="number">{inputs.subtasks.get(subtask) ?? subtask}</td>
            <td>{trace.channel === null ? inputs.ownText : channelText(inputs, trace.channel)}</td>
            <td className="number">
              {trace.kind === 'watermark' ? watermarkText(trace.time) : trace.idle ? 'idle' : 'active'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Caption = ({ all, what }: { readonly all: number; readonly what: string }) =>
  all > rowsMax && <caption className="note text-left">{`The newest ${rowsMax} of ${counted(all, what)}`}</caption>;

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

/** Watermarks: the ladder of how far event time has come, subtask by subtask, and who holds it back. */
import { memo, useMemo } from 'react';
import { MAX_EVENT_TIME, type EventTimeMs } from '../../../base/units.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import { watermarkSentence, watermarkText } from '../../canvas/watermark-text.ts';
import { useRun } from '../../run/run-store.ts';
import { select, showPlace } from '../../session/commands.ts';
import { useSession } from '../../session/session-store.ts';
import { durationText } from '../../ui/duration.ts';
import { blamePath } from '../../why/blame.ts';
import type { BlameLink } from '../../why/blame.ts';
import { WhyButton } from '../../why/why-button.tsx';
import { whyWatermark } from '../../why/why-watermark.ts';
import { EmptyView } from '../empty-view.tsx';
import { useThrottledView } from '../../run/use-throttled-view.ts';
import {
  holderSentence,
  isPoint,
  ladderOf,
  type ChannelRung,
  type Ladder,
  type LadderOperator,
  type Rung,
} from './ladder.ts';

const pickView = (view: ClusterView | null) => view;

export function WatermarksView() {
  const view = useThrottledView(pickView);
  const ladder = useMemo(() => (view === null ? null : ladderOf(view)), [view]);
  const node = useSession((state) => state.selection.nodes[0] ?? null);
  const subtask = useSession((state) => state.selection.subtask);
  const blame = useMemo(
    () => (view === null || node === null || subtask === null ? [] : blamePath(view, node, subtask)),
    [view, node, subtask],
  );
  if (view === null || ladder === null)
    return <EmptyView text="Run the job to see how far its watermarks have come, and which channel holds each." run />;
  if (ladder.span === null) return <NoWatermarks ended={isTerminal(view.job.state)} ladder={ladder} />;
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="group" aria-label="Watermarks of all subtasks">
      <table className="ladder">
        <thead>
          <tr>
            <th scope="col" className="ladder-name">
              Operator
            </th>
            <th
              scope="col"
              data-hint="Event time from the least watermark (left) to the newest (right). Ticks are the input channels."
              data-hint-side="top"
            >
              <Span span={ladder.span} />
            </th>
            <th
              scope="col"
              className="text-right"
              data-hint="No record with an earlier timestamp is expected any more."
              data-hint-side="top"
            >
              Watermark
            </th>
            <th
              scope="col"
              className="text-right"
              data-hint="Event time behind the newest watermark of the job."
              data-hint-side="top"
            >
              Lag
            </th>
            <th scope="col" className="ladder-words">
              What holds it
            </th>
          </tr>
        </thead>
        {ladder.operators.map((operator) => (
          <Operator key={operator.node} operator={operator} span={ladder.span} blame={blame} />
        ))}
      </table>
      {blame.length > 0 && node !== null && subtask !== null && (
        <p className="ladder-blame" role="status" aria-label="Blame path">
          {whyWatermark(view, node, subtask).sentence}
        </p>
      )}
    </div>
  );
}

type Span = Ladder['span'];

function NoWatermarks({ ended, ladder }: { readonly ended: boolean; readonly ladder: Ladder }) {
  const ranJob = useRun((state) => state.ranJob);
  const source = ranJob?.nodes.find((node) => node.params['watermarks'] === 'none');
  const over = ladder.operators.some(({ rungs }) => rungs.some((rung) => rung.watermark >= MAX_EVENT_TIME));
  if (source !== undefined)
    return (
      <EmptyView
        text={`No watermark has come: ${source.name} makes none. Choose a watermark strategy for it and run the job again.`}
        action={{
          label: `Set watermarks of ${source.name}`,
          run: () => showPlace({ node: source.id, param: 'watermarks' }),
        }}
      />
    );
  if (over)
    return (
      <EmptyView
        text="Every watermark is the final one: the sources have ended, and every window has fired. Run the job again to see them move."
        run
      />
    );
  if (ended) return <EmptyView text="The job ended before a watermark came." run />;
  return <EmptyView text="Waiting for the first watermark. Sources emit one as soon as they have seen a timestamp." />;
}

function Span({ span }: { readonly span: Span }) {
  if (span === null) return null;
  return (
    <span className="ladder-span number">
      <span>{watermarkText(span.least as EventTimeMs, span)}</span>
      <span>{watermarkText(span.greatest as EventTimeMs, span)}</span>
    </span>
  );
}

interface OperatorProps {
  readonly operator: LadderOperator;
  readonly span: Span;
  /** Of the selected rung, down to the split. */
  readonly blame: readonly BlameLink[];
}

function Operator({ operator, span, blame }: OperatorProps) {
  const { node, name, chained, rungs } = operator;
  return (
    <tbody>
      {rungs.map((rung, i) => (
        <tr
          key={rung.subtask}
          data-first={i === 0 || undefined}
          data-blame={blamed(blame, rung) || undefined}
          onClick={() => select([node], [], rung.subtask)}
        >
          <th scope="row" className="ladder-name">
            {i === 0 ? (
              <button
                type="button"
                className="ladder-button"
                data-chained={chained || undefined}
                onClick={(event) => pick(event, node)}
              >
                {name}
              </button>
            ) : (
              <span className="sr-only">{name}</span>
            )}
            <span className="number text-faint">{rung.index}</span>
          </th>
          <RungCells rung={rung} name={name} chained={chained} span={span} />
        </tr>
      ))}
    </tbody>
  );
}

const blamed = (blame: readonly BlameLink[], rung: Rung): boolean =>
  blame.some((link) => link.subtask === rung.subtask && (link.node === rung.node || blame[0] === link));

const pick = (event: { stopPropagation(): void }, node: string): void => {
  event.stopPropagation();
  select([node]);
};

interface RungProps {
  readonly rung: Rung;
  readonly name: string;
  readonly chained: boolean;
  readonly span: Span;
}

/** Drawn again only when what it says has changed. */
const RungCells = memo(
  function RungCells({ rung, name, chained, span }: RungProps) {
    const text = (time: EventTimeMs) => watermarkText(time, span);
    return (
      <>
        <td>
          <Track rung={rung} span={span} />
        </td>
        <td className="number text-right">
          <span className="ladder-watermark" data-hint={watermarkSentence(rung.watermark)} data-hint-side="top">
            {text(rung.watermark)}
          </span>
        </td>
        <td className="number text-right">
          {rung.lagMs === null ? <span className="text-faint">—</span> : lagText(rung.lagMs)}
        </td>
        <td className="ladder-words">
          {chained ? (
            <span className="text-faint">the same, by a function call</span>
          ) : (
            <Words rung={rung} name={name} text={text} />
          )}
          <WhyButton
            question={{ kind: 'watermark', node: rung.node, subtask: rung.subtask }}
            about={`Watermark of ${name} ${rung.index}`}
          />
          <Notes notes={rung.notes} />
        </td>
      </>
    );
  },
  (before, after) => JSON.stringify(before) === JSON.stringify(after),
);

/** To the second while it is long: nobody reads milliseconds of hours. */
const lagText = (ms: number): string => {
  if (ms === 0) return 'newest';
  const step = ms >= 3_600_000 ? 60_000 : ms >= 10_000 ? 1000 : 1;
  return durationText(Math.round(ms / step) * step);
};

function Track({ rung, span }: { readonly rung: Rung; readonly span: Span }) {
  const at = placeOf(rung.watermark, span);
  return (
    <div className="ladder-track" data-idle={rung.idle || undefined} data-ended={rung.ended || undefined} aria-hidden>
      <i className="ladder-fill" style={{ width: `${at * 100}%` }} />
      {rung.channels
        .filter((channel) => isPoint(channel.watermark) && channel.part !== 'ended')
        .map((channel) => (
          <i
            key={channel.channel}
            className="ladder-tick"
            data-part={channel.part}
            style={{ left: `${placeOf(channel.watermark, span) * 100}%` }}
            data-hint={channelText(channel, span)}
            data-hint-side="top"
          />
        ))}
      {isPoint(rung.watermark) && (
        <svg className="ladder-chevron" style={{ left: `${at * 100}%` }} width="7" height="12" viewBox="0 0 7 12">
          <path d="M1.2 1.5 5.8 6l-4.6 4.5" />
        </svg>
      )}
    </div>
  );
}

/** 0 … 1 from the least to the newest watermark. */
function placeOf(time: EventTimeMs, span: Span): number {
  if (span === null || time < span.least) return 0;
  if (time >= span.greatest) return 1;
  return (time - span.least) / (span.greatest - span.least);
}

const partTexts: Readonly<Record<ChannelRung['part'], string>> = {
  holds: 'holds the watermark',
  ahead: 'is ahead',
  'catching-up': 'was idle and is catching up; it does not count until then',
  idle: 'is idle and does not count',
  ended: 'has ended and does not count',
};

const channelText = (channel: ChannelRung, span: Span): string =>
  `The channel from ${channel.from} ${partTexts[channel.part]}: ${watermarkText(channel.watermark, span)}.`;

function Words({
  rung,
  name,
  text,
}: {
  readonly rung: Rung;
  readonly name: string;
  readonly text: (time: EventTimeMs) => string;
}) {
  if (rung.channels.length === 0 && !rung.idle && !rung.ended)
    return rung.origin.length === 0 ? (
      <span className="text-faint">it makes its own</span>
    ) : (
      <>{`${name} ${rung.index}: ${rung.origin.join('; ')}.`}</>
    );
  const aside = asideText(rung);
  return (
    <>
      {holderSentence(name, rung, text)}
      {aside !== '' && !rung.ended && <span className="text-faint"> {aside}</span>}
    </>
  );
}

/** Channels that do not count, in words. */
function asideText({ channels }: Rung): string {
  const say = (part: ChannelRung['part'], one: string): string[] => {
    const found = channels.filter((channel) => channel.part === part);
    const [first] = found;
    if (first === undefined) return [];
    return [found.length === 1 ? `${first.from} ${one}.` : `${found.length} channels: ${one}.`];
  };
  return [...say('idle', 'idle'), ...say('catching-up', 'catching up'), ...say('ended', 'ended')].join(' ');
}

/** The first, which is the next to fire; all when hovered. */
function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  const rest = notes.length - 1;
  return (
    <span
      className="ladder-notes"
      data-hint={notes.slice(0, 6).join('. ') + (notes.length > 6 ? `. And ${notes.length - 6} more.` : '.')}
      data-hint-side="top"
    >
      {rest > 0 && <span className="text-faint">1 of {notes.length}: </span>}
      {notes[0]}
    </span>
  );
}

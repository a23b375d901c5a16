/** What the signs of the plot mean, with how many of each there are. */
import { Fragment, useRef, type ReactNode } from 'react';
import { counted } from '../../canvas/number-text.ts';
import { Button } from '../../ui/button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { useOverflow } from '../../ui/use-overflow.ts';
import type { Scene } from './scene.ts';

interface LegendProps {
  readonly scene: Scene;
  readonly ports: readonly string[];
}

/** In the bar of the view where there is room for them; else behind a button, with what each means written out. */
export function Legend({ scene, ports }: LegendProps) {
  const room = useRef<HTMLDivElement>(null);
  const cut = useOverflow(room);
  const signs = signsOf(scene, ports);
  return (
    <div ref={room} className="time-legend">
      <div className="time-signs" role="group" aria-label="Signs of the plot" data-cut={cut || undefined}>
        {signs.map(({ text, hint, drawing }) => (
          <span key={text} className="time-key" data-hint={hint} data-hint-side="top">
            <Drawing>{drawing}</Drawing>
            {text}
          </span>
        ))}
      </div>
      {cut && (
        <Popover
          title="Signs of the plot"
          trigger={
            <Button size="small" className="time-signs-button">
              Signs
            </Button>
          }
        >
          {() => (
            <dl className="time-signs-list">
              {signs.map(({ text, hint, drawing }) => (
                <Fragment key={text}>
                  <dt className="time-key">
                    <Drawing>{drawing}</Drawing>
                    {text}
                  </dt>
                  <dd className="note">{hint}</dd>
                </Fragment>
              ))}
            </dl>
          )}
        </Popover>
      )}
    </div>
  );
}

const Drawing = ({ children }: { readonly children: ReactNode }) => (
  <svg width="13" height="12" viewBox="0 0 13 12" fill="none" aria-hidden>
    {children}
  </svg>
);

interface Sign {
  readonly text: string;
  readonly hint: string;
  readonly drawing: ReactNode;
}

/** Only signs that are on the plot. */
function signsOf(scene: Scene, ports: readonly string[]): readonly Sign[] {
  const has = (timing: string): boolean => scene.panes.some((mark) => mark.timing === timing);
  return [
    ...curveSigns(scene, ports),
    ...recordSigns(scene, ports),
    ...(has('early') ? [paneSigns.early] : []),
    ...(has('on time') ? [paneSigns.onTime] : []),
    ...(has('late') ? [paneSigns.late] : []),
  ];
}

function curveSigns(scene: Scene, ports: readonly string[]): readonly Sign[] {
  const isLive = scene.curves.some(({ kind }) => kind === 'ideal');
  const watermark: Sign = {
    text: 'watermark',
    hint: 'What the operator goes by: the least of its input channels, which are the thin lines.',
    drawing: <path d="M0 9H6V3H13" className="stroke-(--water)" strokeWidth="2" />,
  };
  const ideal: Sign = {
    text: isLive ? 'ideal' : 'ideal, replayed',
    hint: isLive
      ? 'Event time = processing time: a watermark that would know of every event as it happens. What the watermark is below it is the skew.'
      : `Replayed data bring their own clock: it stands at the newest event time that has come${ports.length > 1 ? ', of the input that is behind' : ''}. A watermark there would wait for nothing; what the watermark is below it is the skew.`,
    drawing: <path d="M0 10L13 2" className="stroke-(--faint)" strokeDasharray="3 3" />,
  };
  return [
    ...(scene.curves.some(({ kind }) => kind === 'own') ? [watermark] : []),
    ...(scene.domain === 'event' ? [ideal] : []),
  ];
}

function recordSigns(scene: Scene, ports: readonly string[]): readonly Sign[] {
  const { late, dropped, timeless } = scene.counts;
  const signs: Sign[] = [
    {
      text: ports[0] ?? 'on time',
      hint: 'A record ahead of the watermark; its colour is its key.',
      drawing: <circle cx="6" cy="6" r="3.4" className="fill-(--key-0)" />,
    },
  ];
  if (ports[1] !== undefined)
    signs.push({
      text: ports[1],
      hint: `A record of the input ${ports[1]}, ahead of the watermark; hollow where it is late.`,
      drawing: <path d="M6 1.5L10.5 9.5H1.5Z" className="fill-(--key-0)" />,
    });
  if (timeless > 0)
    signs.push({
      text: `${timeless} without event time`,
      hint: 'They stand on the axis, at the moment at which they came.',
      drawing: <path d="M6 3V11" className="stroke-(--key-0)" strokeWidth="2" />,
    });
  if (late > 0)
    signs.push({
      text: `${late} late`,
      hint: 'Behind the watermark, and taken all the same.',
      drawing: <circle cx="6" cy="6" r="3.2" className="stroke-(--key-0)" strokeWidth="1.6" />,
    });
  if (dropped > 0)
    signs.push({
      text: `${dropped} dropped`,
      hint: 'Too late: it goes to the late output, or nowhere.',
      drawing: <path d="M3 3L9 9M9 3L3 9" className="stroke-(--ink)" strokeWidth="2" />,
    });
  return signs;
}

const paneSigns = {
  early: {
    text: 'early pane',
    hint: 'Fired before the watermark passed the end of its window.',
    drawing: <path d="M3 2L11 6L3 10Z" className="fill-(--water)" />,
  },
  onTime: {
    text: 'on-time pane',
    hint: 'Fired when the watermark passed the end of its window.',
    drawing: <rect x="3" y="3" width="7" height="7" className="fill-(--water)" />,
  },
  late: {
    text: 'late pane',
    hint: 'Fired again, for a late record.',
    drawing: <path d="M6 1L11 6L6 11L1 6Z" className="fill-(--water)" />,
  },
} as const satisfies Record<string, Sign>;

/** The whole in one sentence. */
export function summaryOf(scene: Scene, skipped: { readonly records: number; readonly panes: number }): string {
  const { onTime, late, dropped, timeless, panes } = scene.counts;
  const parts = [
    counted(onTime + late + dropped + timeless, 'record'),
    `${late} late`,
    `${dropped} dropped`,
    ...(timeless > 0 ? [`${timeless} without event time`] : []),
    ...(panes > 0 ? [counted(panes, 'pane')] : []),
  ];
  const left = skipped.records + skipped.panes;
  const rest = left === 0 ? '' : ` A sample: ${left.toLocaleString('en-US')} more came too fast to be shown.`;
  return `${parts.join(', ')}.${rest}`;
}

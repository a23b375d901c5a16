/** What the signs of the plot mean, with how many of each there are. */
import { counted } from '../../canvas/number-text.ts';
import type { Scene } from './scene.ts';

/** Only signs that are on the plot. */
export function Legend({ scene, ports }: { readonly scene: Scene; readonly ports: readonly string[] }) {
  const { late, dropped, timeless } = scene.counts;
  const isLive = scene.curves.some(({ kind }) => kind === 'ideal');
  const has = (timing: string): boolean => scene.panes.some((mark) => mark.timing === timing);
  return (
    <div className="ml-auto flex flex-wrap items-center gap-x-3" role="group" aria-label="Signs of the plot">
      {scene.curves.some(({ kind }) => kind === 'own') && (
        <Sign
          text="watermark"
          hint="What the operator goes by: the least of its input channels, which are the thin lines."
        >
          <path d="M0 9H6V3H13" className="stroke-(--water)" strokeWidth="2" />
        </Sign>
      )}
      {scene.domain === 'event' && (
        <Sign
          text={isLive ? 'ideal' : 'ideal, replayed'}
          hint={
            isLive
              ? 'Event time = processing time: a watermark that would know of every event as it happens. What the watermark is below it is the skew.'
              : `Replayed data bring their own clock: it stands at the newest event time that has come${ports.length > 1 ? ', of the input that is behind' : ''}. A watermark there would wait for nothing; what the watermark is below it is the skew.`
          }
        >
          <path d="M0 10L13 2" className="stroke-(--faint)" strokeDasharray="3 3" />
        </Sign>
      )}
      <Sign text={ports[0] ?? 'on time'} hint="A record ahead of the watermark; its colour is its key.">
        <circle cx="6" cy="6" r="3.4" className="fill-(--key-0)" />
      </Sign>
      {ports[1] !== undefined && (
        <Sign
          text={ports[1]}
          hint={`A record of the input ${ports[1]}, ahead of the watermark; hollow where it is late.`}
        >
          <path d="M6 1.5L10.5 9.5H1.5Z" className="fill-(--key-0)" />
        </Sign>
      )}
      {timeless > 0 && (
        <Sign text={`${timeless} without event time`} hint="They stand on the axis, at the moment at which they came.">
          <path d="M6 3V11" className="stroke-(--key-0)" strokeWidth="2" />
        </Sign>
      )}
      {late > 0 && (
        <Sign text={`${late} late`} hint="Behind the watermark, and taken all the same.">
          <circle cx="6" cy="6" r="3.2" className="stroke-(--key-0)" strokeWidth="1.6" />
        </Sign>
      )}
      {dropped > 0 && (
        <Sign text={`${dropped} dropped`} hint="Too late: it goes to the late output, or nowhere.">
          <path d="M3 3L9 9M9 3L3 9" className="stroke-(--ink)" strokeWidth="2" />
        </Sign>
      )}
      {has('early') && (
        <Sign text="early pane" hint="Fired before the watermark passed the end of its window.">
          <path d="M3 2L11 6L3 10Z" className="fill-(--water)" />
        </Sign>
      )}
      {has('on time') && (
        <Sign text="on-time pane" hint="Fired when the watermark passed the end of its window.">
          <rect x="3" y="3" width="7" height="7" className="fill-(--water)" />
        </Sign>
      )}
      {has('late') && (
        <Sign text="late pane" hint="Fired again, for a late record.">
          <path d="M6 1L11 6L6 11L1 6Z" className="fill-(--water)" />
        </Sign>
      )}
    </div>
  );
}

function Sign({
  text,
  hint,
  children,
}: {
  readonly text: string;
  readonly hint: string;
  readonly children: React.ReactNode;
}) {
  return (
    <span className="time-key" data-hint={hint} data-hint-side="top">
      <svg width="13" height="12" viewBox="0 0 13 12" fill="none" aria-hidden>
        {children}
      </svg>
      {text}
    </span>
  );
}

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

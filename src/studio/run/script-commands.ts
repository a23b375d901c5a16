/** Plays the job's script, as `weir run` does, in a Worker of its own; stops it, also where a function loops without end. */
import { endingText } from '../../hosts/script-play.ts';
import type { PlayedLine, ScriptEnding, ScriptPlayEnd } from '../../hosts/script-play.ts';
import { documentStore } from '../document/document-store.ts';
import { usedResources } from '../files/resources.ts';
import { showView } from '../session/commands.ts';
import { sessionStore } from '../session/session-store.ts';
import { siteBase } from './host.ts';
import { currentOracle } from './oracle.ts';
import { scriptStore } from './script-store.ts';

/** Without a line or a step for so long, it is ended. The simulator bounds what one step may do far below that. */
const silenceMs = 20_000;
/** Lines that came are put on screen so often. */
const showEveryMs = 50;

let stop: (why: ScriptEnding, details?: { readonly reason?: string }) => void = () => undefined;

/** Shows the view of the script, and plays it from its start; what is being played ends. */
export function runScript(): void {
  showView('script');
  stop('stopped');
  const { job, id } = documentStore.getState();
  scriptStore.setState({ played: { job, documentId: id }, playing: true, lines: [], end: null, ended: null });
  const aborter = new AbortController();
  const feed = new Feed();
  const over = (end: ScriptPlayEnd | null, ended: ReturnType<typeof endingText> | null): void => {
    if (aborter.signal.aborted) return;
    aborter.abort();
    feed.end();
    scriptStore.setState({ playing: false, end, ended });
  };
  stop = (why, details = {}) => over(null, endingText(why, feed.lastStep, { seconds: silenceMs / 1000, ...details }));
  let silence = setTimeout(() => stop('silent'), silenceMs);
  aborter.signal.addEventListener('abort', () => clearTimeout(silence), { once: true });
  const resources = usedResources(job, sessionStore.getState().files, siteBase());
  currentOracle()
    .playScript(
      { job, resources },
      (lines, step) => {
        clearTimeout(silence);
        silence = setTimeout(() => stop('silent'), silenceMs);
        feed.take(lines, step);
      },
      aborter.signal,
    )
    .then(
      (end) => over(end, null),
      (error: Error) => over(null, endingText('broken', feed.lastStep, { reason: error.message })),
    );
}

export const stopScript = (): void => stop('stopped');

/** Gathers lines and shows them a few times a second. */
class Feed {
  /** The step that was taken last. */
  lastStep: PlayedLine | null = null;
  private waiting: PlayedLine[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  take(lines: readonly PlayedLine[], step: PlayedLine | null): void {
    this.waiting.push(...lines);
    this.lastStep = step;
    this.timer ??= setTimeout(() => this.show(), showEveryMs);
  }

  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.show();
  }

  private show(): void {
    const { waiting } = this;
    this.timer = null;
    this.waiting = [];
    if (waiting.length > 0) scriptStore.setState((state) => ({ lines: [...state.lines, ...waiting] }));
  }
}

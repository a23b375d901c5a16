/** How playing a script went, in one sentence. */
import { playedLinesMost } from '../../../hosts/script-play.ts';
import type { ScriptPlayState } from '../../run/script-store.ts';

export function outcomeText({ playing, lines, end, ended }: ScriptPlayState): string {
  const step = lines.findLast(({ kind }) => kind === 'step');
  if (playing) return step === undefined ? 'Playing…' : `Playing line ${step.cause}…`;
  if (ended !== null) return 'Ended before its end.';
  if (end === null) return '';
  if (end.kind === 'job-wrong') return 'Not played: the job has errors.';
  if (end.kind === 'script-wrong')
    return lines.length === 0 ? 'Not played: the script is wrong.' : 'Left where it is wrong.';
  const counts = `${countText(end.steps, 'step')}, ${countText(end.lines, 'line')}`;
  const kept = end.lines > lines.length ? `; the first ${playedLinesMost.toLocaleString('en-US')} are kept` : '';
  const at = end.failedAt === null ? '' : ` in line ${end.failedAt}`;
  if (end.outcome === 'failed') return `The job failed${at}: ${counts}${kept}.`;
  if (end.outcome === 'no-progress') return `No progress${at}: ${counts}${kept}.`;
  return `Played: ${counts}${kept}.`;
}

const countText = (count: number, of: string): string =>
  `${count.toLocaleString('en-US')} ${of}${count === 1 ? '' : 's'}`;

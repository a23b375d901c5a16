/**
 * A script played, and all that there is to print of it as facts, in the order in which they happen: steps, what operators
 * do, and what becomes of the job. `printed.ts` makes lines of them; the command line also writes them as JSON.
 */
import type { CheckpointMode } from '../../../engine/graph/job.ts';
import { fill } from '../../../engine/graph/problems.ts';
import { checkpointReasons } from '../../../engine/wire/checkpoints.ts';
import { failureMessage } from '../../../engine/wire/failures.ts';
import { isTerminal } from '../../../engine/wire/reports.ts';
import type { Report } from '../../../engine/wire/reports.ts';
import { FoundOnce } from '../../found-once.ts';
import { ScriptLines } from './lines.ts';
import type { ScriptLine } from './lines.ts';
import { playScript } from './play.ts';
import type { ScriptEnd, ScriptRequest } from './play.ts';
import type { Step } from './script.ts';
import { planOf, settledJob } from './settled-job.ts';

export type ScriptFact =
  /** A step is about to be taken; `again`: an element that a rewound source reads once more. */
  | { readonly kind: 'step'; readonly step: Step; readonly again: boolean }
  | ScriptLine
  | Told
  | { readonly kind: 'end'; readonly end: ScriptEnd };

/** What is told beside operators. */
export type Told =
  | { readonly kind: 'checkpoint'; readonly checkpoint: number; readonly savepoint: boolean }
  | { readonly kind: 'checkpoint-failed'; readonly checkpoint: number | null; readonly reason: string }
  | { readonly kind: 'failure'; readonly message: string }
  /** `offsets`: without checkpoints, sources go on where they were, and state is lost. */
  | { readonly kind: 'restored'; readonly checkpoint: number | null; readonly from: keyof typeof restoredText }
  /** The step does nothing. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'job'; readonly state: string }
  | { readonly kind: 'warning'; readonly text: string };

export const restoredText = {
  checkpoint: 'restored from checkpoint {checkpoint}',
  beginning: 'begins anew',
  offsets: 'goes on at the offsets of its sources, without state',
} as const;

/**
 * Throws a ScriptError where the script asks for what cannot be. `onSign` is called again and again while the job is at
 * work, whether there is something to tell or not.
 */
export async function playFacts(
  request: ScriptRequest,
  tell: (fact: ScriptFact) => void,
  onSign: () => void,
): Promise<ScriptEnd> {
  const { job, script } = request;
  const found = new FoundOnce(new Map(job.nodes.map(({ id, name }) => [id, name])));
  const lines = new ScriptLines(planOf(settledJob(job, script), { line: 0, column: 1 }), tell);
  const end = await playScript(request, {
    onStep: (step, again) => tell({ kind: 'step', step, again }),
    onSeen: (node, subtask, parallel, seen) => lines.seen(node, subtask, parallel, seen),
    onIgnored: (reason) => tell({ kind: 'ignored', reason }),
    onRestore: (checkpoint) => {
      lines.forget();
      tell({ kind: 'restored', checkpoint, from: 'checkpoint' });
    },
    onReport: (report) => {
      onSign();
      const told = toldOf(report, job.settings.checkpointMode, found);
      if (told?.kind === 'failure') lines.forget();
      if (told !== null) tell(told);
    },
  });
  tell({ kind: 'end', end });
  return end;
}

function toldOf(report: Report, mode: CheckpointMode, found: FoundOnce): Told | null {
  switch (report.kind) {
    case 'checkpoint': {
      const { event } = report;
      if (event.kind === 'completed') {
        const { checkpoint, savepoint } = event.metadata;
        return { kind: 'checkpoint', checkpoint, savepoint };
      }
      if (event.kind !== 'failed') return null;
      const { reason, details } = event.failure;
      const sentence = fill(checkpointReasons[reason].message, details);
      return { kind: 'checkpoint-failed', checkpoint: event.checkpoint, reason: sentence };
    }
    case 'recovery': {
      const { event } = report;
      if (event.kind === 'detected') return { kind: 'failure', message: failureMessage(event.failure) };
      if (event.kind !== 'chosen') return null;
      const { checkpoint } = event;
      const without = mode === 'off' ? 'offsets' : 'beginning';
      return { kind: 'restored', checkpoint, from: checkpoint === null ? without : 'checkpoint' };
    }
    case 'job-state':
      return isTerminal(report.state) ? { kind: 'job', state: report.state } : null;
    case 'log': {
      // Those of the coordinator are told in other words.
      const text = report.level === 'warning' && report.node !== undefined ? found.textOf(report) : null;
      return text === null ? null : { kind: 'warning', text };
    }
    default:
      return null;
  }
}

/**
 * What comes of playing a job's script, line by line, as `weir run` prints it: the command line writes the text of each
 * line, the page shows its parts in columns.
 */
import type { Resource } from '../connectors/resource.ts';
import type { Job, NodeId } from '../engine/graph/job.ts';
import type { Problem } from '../engine/graph/problems.ts';

/** What a line tells of. `message`: of the job as a whole. */
export type PlayedKind =
  | 'step'
  | 'pane'
  | 'record'
  | 'result'
  | 'late'
  | 'dropped'
  | 'side-output'
  | 'watermark'
  | 'idle'
  | 'active'
  | 'checkpoint'
  | 'failure'
  | 'message'
  | 'end';

export interface PlayedLine {
  /** As it is printed, indentation included. */
  readonly text: string;
  readonly kind: PlayedKind;
  /** The operator that it tells of; of an element, its source. */
  readonly node: NodeId | null;
  /** The same in words, with the subtask or split where there are several: `sum/1`; '' for none. */
  readonly place: string;
  /** `watermark`, `side NAME`; of a step `>`, or `>>` if it is read again; '' where the parts say it all. */
  readonly what: string;
  /** The rest. Of a pane: key, window, value, timing and index. */
  readonly parts: readonly string[];
  /** Line of the script, from 1, whose step caused it; 0: before the first. */
  readonly cause: number;
}

/** Lines that are kept; the script is played to its end all the same. */
export const playedLinesMost = 20_000;

/** `step`: the one that was taken last, also where it is not kept. */
export type OnPlayedLines = (lines: readonly PlayedLine[], step: PlayedLine | null) => void;

export interface ScriptPlayRequest {
  readonly job: Job;
  readonly resources: readonly Resource[];
}

/** The first thing that is wrong with the script of a job. */
export interface ScriptComplaint {
  /** From 1; 0: of the script as a whole. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly advice: string;
}

export type ScriptPlayEnd =
  | {
      readonly kind: 'over';
      /** `played`: the whole script. */
      readonly outcome: 'played' | 'failed' | 'no-progress';
      /** Steps taken, those that were read again among them. */
      readonly steps: number;
      /** Lines printed, those not kept included. */
      readonly lines: number;
      /** Line of the step that could not be taken; null: none, or the end. */
      readonly failedAt: number | null;
    }
  /** Before the first step, or at one that asks for what cannot be. */
  | { readonly kind: 'script-wrong'; readonly complaint: ScriptComplaint }
  /** The job has errors. */
  | { readonly kind: 'job-wrong'; readonly problems: readonly Problem[] };

/** Why a script was ended before its end: a closed table of sentences, each with advice. */
const endings = {
  stopped: ['Stopped {where}.', ''],
  silent: [
    'Nothing more came {where}, for {seconds} s, so it was ended.',
    'Most often a function of the job loops without end: look at the operators behind that step.',
  ],
  /** A job without a script. */
  lifeless: [
    'The job gave no sign of life for {seconds} s, so it was ended.',
    'Most often a function of the job loops without end.',
  ],
  memory: [
    'The job has used up the memory that there is for it{at}, so it was ended.',
    'Most often a function of the job gathers without end, or its state does: give the state a time to live, or clear it.',
  ],
  broken: ['The script cannot be played: {reason}', 'Run it again; if it stays so, reload the page.'],
} as const;

export type ScriptEnding = keyof typeof endings;

/** `last`: the step that was taken last; null before the first. */
export function endingText(
  ending: ScriptEnding,
  last: Pick<PlayedLine, 'cause' | 'parts'> | null,
  details: { readonly seconds?: number; readonly reason?: string } = {},
): { readonly message: string; readonly advice: string } {
  const at = last === null ? '' : `in line ${last.cause}, at “${last.parts.join(' ')}”`;
  const where = at === '' ? 'before the first step' : at;
  const filled: Readonly<Record<string, unknown>> = { ...details, where, at: at === '' ? '' : `, ${at}` };
  const [message, advice] = endings[ending];
  return { message: message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(filled[name] ?? '')), advice };
}

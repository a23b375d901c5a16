/** The checkers that watch every run of the swarm. `output.ts` looks at its end. */
import { alignment } from './alignment.ts';
import { attempts } from './attempts.ts';
import type { Checker } from './checker.ts';
import { chunks } from './chunks.ts';
import { commits } from './commits.ts';
import { cut } from './cut.ts';
import { credits } from './credits.ts';
import { drift } from './drift.ts';
import { durability } from './durability.ts';
import { idleness } from './idleness.ts';
import { splits } from './splits.ts';
import { watermarks } from './watermarks.ts';

export const checkers: readonly Checker[] = [
  alignment,
  attempts,
  chunks,
  commits,
  credits,
  cut,
  drift,
  durability,
  idleness,
  splits,
  watermarks,
];

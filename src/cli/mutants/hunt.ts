/**
 * `weir sim --mutants`: copies the code, breaks it in one way at a time, and lets the swarm run on it. Each must be seen
 * within so many schedules; the code as it is must not be.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Streams } from '../streams.ts';
import type { Mutant } from './list.ts';
import { mutants } from './list.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Longer than the schedules take on a slow machine. */
const patienceMs = 30 * 60_000;

interface Sight {
  readonly schedules: number;
  readonly seen: { readonly seed: number; readonly checker: string; readonly text: string } | null;
}

export async function mutantHunt(schedules: number, to: Streams): Promise<ExitCode> {
  const asItIs: Mutant = { name: 'as-it-is', breaks: 'Nothing.', changes: [] };
  const waiting = [asItIs, ...mutants];
  let missed = 0;
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const sight = await tried(mutant, schedules);
      const wanted = mutant !== asItIs;
      if ((typeof sight !== 'string' && sight.seen !== null) !== wanted) missed++;
      to.print(lineOf(mutant, sight, wanted));
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, cpus().length) }, work));
  const caught = mutants.length - missed;
  to.print(
    missed === 0 ? `All ${mutants.length} mutants are caught.` : `${caught} of ${mutants.length} are as they must be.`,
  );
  return missed === 0 ? exitCodes.ok : exitCodes.wrongAnswer;
}

function lineOf({ name, breaks }: Mutant, sight: Sight | string, wanted: boolean): string {
  if (typeof sight === 'string') return `${name}: ${sight}`;
  const { schedules, seen } = sight;
  if (seen === null) return `${name}: ${wanted ? 'NOT CAUGHT' : 'nothing seen'} in ${schedules} schedules. ${breaks}`;
  const where = `schedule ${schedules}, seed ${seen.seed}, by ${seen.checker}: ${seen.text.slice(0, 160)}`;
  return wanted ? `${name}: caught at ${where}. ${breaks}` : `${name}: SEEN at ${where}.`;
}

async function tried(mutant: Mutant, schedules: number): Promise<Sight | string> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-mutant-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const change of mutant.changes) {
      const path = join(folder, 'src', change.file);
      const changed = changedText(readFileSync(path, 'utf8'), change);
      if (changed === null) return `${change.file} has no such text any more, or has it twice.`;
      writeFileSync(path, changed);
    }
    return await probe(folder, schedules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null if the text to change is not there exactly once. */
export function changedText(text: string, { search, replace }: Mutant['changes'][number]): string | null {
  const parts = text.split(search);
  return parts.length === 2 ? parts.join(replace) : null;
}

function probe(folder: string, schedules: number): Promise<Sight | string> {
  const args = ['--import', 'tsx', 'src/cli/mutants/probe.ts', String(schedules)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, timeout: patienceMs }, (error, out, err) => {
      const line = out.trim().split('\n').at(-1) ?? '';
      if (error === null && line.startsWith('{')) resolve(JSON.parse(line) as Sight);
      else resolve(`it did not run: ${err.trim().split('\n').slice(-3).join(' ').slice(0, 300)}`);
    });
  });
}

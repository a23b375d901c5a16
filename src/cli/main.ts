/** `npm run weir`: the program around the commands; prints to standard output, what is wrong to standard error. */
import { exitCodes } from './exit-codes.ts';
import { guarded } from './guard.ts';
import type { Streams } from './streams.ts';

// A reader that has seen enough, as `head` does, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
});

const to: Streams = {
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
};
const args = process.argv.slice(2);
// Whatever runs a person's functions is watched; the rest is loaded where it is needed only.
if (args.includes('run') || args.includes('sim')) process.exitCode = await guarded(args, to);
else process.exitCode = await (await import('./weir.ts')).weir(args, to);

/** What a mutant's process runs: the swarm, until it sees something. Prints one line of JSON. */
import { swarm } from '../../hosts/simulator/swarm/swarm.ts';

const [schedules = '1'] = process.argv.slice(2);
const { failures, schedules: run } = await swarm({ from: 1, schedules: Number(schedules) });
const [first] = failures;
const seen = first === undefined ? null : { seed: first.given.seed, ...first.findings[0] };
process.stdout.write(`${JSON.stringify({ schedules: run, seen })}\n`);

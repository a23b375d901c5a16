/** The real studio on a host that can be watched: what do open views cost a job at full speed? */
import '../../../src/studio/ui/kit.css';
import { writeJobFile } from '../../../src/export/job-file.ts';
import { BrowserHost } from '../../../src/hosts/browser/browser-host.ts';
import type { Run } from '../../../src/hosts/host.ts';
import { openJobText } from '../../../src/studio/document/library.ts';
import { endRun, setRate, startRun } from '../../../src/studio/run/commands.ts';
import { showView } from '../../../src/studio/session/commands.ts';
import { startStudio } from '../../../src/studio/start.tsx';
import type { StudioHost } from '../../../src/studio/start.tsx';
import { measureThroughput } from './engine.ts';
import { keyedCount } from './jobs.ts';

const real = new BrowserHost();
let latest: Run | null = null;
const host: StudioHost = {
  name: 'browser',
  checkpoints: real.checkpoints,
  prepare: (subtasks) => real.prepare(subtasks),
  run: (request) => {
    latest = real.run(request);
    return latest;
  },
};

/** Canvas, results and one more view open; the job of `keyedCount`. Records per second, as `throughput` gives them. */
async function throughputInStudio(parallelism: number, warmUpMs: number, lengthMs: number): Promise<number> {
  const { job, counted } = keyedCount(parallelism);
  if (!(await openJobText(writeJobFile(job), 'bench.weir.json'))) throw new Error('the studio did not open the job');
  showView('results');
  showView('log', true);
  setRate(null);
  startRun();
  if (latest === null) throw new Error('the studio did not run the job');
  try {
    return await measureThroughput(latest, counted, warmUpMs, lengthMs);
  } finally {
    endRun();
  }
}

const weirStudio = { throughputInStudio };
export type StudioBench = typeof weirStudio;

declare global {
  interface Window {
    weirStudio: StudioBench;
  }
}

void startStudio(document.getElementById('root') as HTMLElement, host).then(() => {
  window.weirStudio = weirStudio;
});

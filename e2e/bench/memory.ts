/**
 * `npm run bench -- --memory`: a sink that is a thousand times slower than its source, for a minute at full speed. What
 * waits in between, and what the page and the Workers hold, must not grow.
 */
import type { Page } from '@playwright/test';

const lengthSeconds = 60;
const everySeconds = 5;
/** The generator makes about ten million records a second here, so a hundred microseconds a record is a thousand times slower. */
const sinkCostMs = 0.1;

interface Sample {
  readonly seconds: number;
  readonly made: number;
  readonly taken: number;
  readonly waiting: number;
  readonly buffers: number;
  readonly heapMB: number;
}

export async function measureMemory(page: Page): Promise<void> {
  const collect = await collector(page);
  await page.evaluate((cost) => window.weirBench.startMemoryRun(window.weirBench.sourceToSink(cost)), sinkCostMs);
  const samples: Sample[] = [];
  console.log('    s  made by source  taken by sink  waiting  buffers  JS heap of page and Workers, after collection');
  while ((samples.at(-1)?.seconds ?? 0) < lengthSeconds) {
    await page.waitForTimeout(everySeconds * 1000);
    const sample = await take(page, collect);
    samples.push(sample);
    const { seconds, made, taken, waiting, buffers, heapMB } = sample;
    const cells = [seconds.toFixed(0).padStart(5), String(made).padStart(15), String(taken).padStart(14)];
    console.log(
      [...cells, String(waiting).padStart(8), String(buffers).padStart(8), `${heapMB.toFixed(1)} MB`.padStart(9)].join(
        ' ',
      ),
    );
  }
  await page.evaluate(() => window.weirBench.endMemoryRun());
  judge(samples);
}

async function take(page: Page, collect: () => Promise<void>): Promise<Sample> {
  const sample = await page.evaluate(() => window.weirBench.memorySample());
  await collect();
  const inWorkers = page.workers().map((worker) => worker.evaluate(heapBytes));
  const heaps = await Promise.all([page.evaluate(heapBytes), ...inWorkers]);
  return {
    seconds: sample.seconds,
    made: sample.recordsIn,
    taken: sample.recordsTaken,
    waiting: sample.queuedRecords,
    buffers: sample.queuedBuffers,
    heapMB: heaps.reduce((sum, each) => sum + each, 0) / 2 ** 20,
  };
}

function heapBytes(): number {
  return (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
}

/** Collects garbage in the page and in its Workers, those to come included. */
async function collector(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const workers = new Set<string>();
  session.on('Target.attachedToTarget', ({ sessionId }) => workers.add(sessionId));
  session.on('Target.detachedFromTarget', ({ sessionId }) => workers.delete(sessionId));
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const message = JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' });
  return async () => {
    await session.send('HeapProfiler.collectGarbage');
    for (const sessionId of workers) await session.send('Target.sendMessageToTarget', { sessionId, message });
    // The Workers answer nobody: give them time.
    await page.waitForTimeout(500);
  };
}

/** Flat: the last third holds no more than the middle third did, give or take a tenth. The page fills its results first. */
function judge(samples: readonly Sample[]): void {
  const third = Math.ceil(samples.length / 3);
  const most = (part: readonly Sample[], of: (sample: Sample) => number): number => Math.max(...part.map(of));
  for (const [name, of] of [
    ['JS heap, MB', (sample: Sample) => sample.heapMB],
    ['waiting records', (sample: Sample) => sample.waiting],
  ] as const) {
    const early = most(samples.slice(third, 2 * third), of);
    const late = most(samples.slice(-third), of);
    const flat = late <= early * 1.1;
    console.log(
      `${name}: ${flat ? 'flat' : 'GROWING'} (at most ${early.toFixed(1)} in the middle, ${late.toFixed(1)} late)`,
    );
  }
}

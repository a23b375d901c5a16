import { expect, test } from 'vitest';
import { job, node, request, edge } from '../acceptance-jobs.ts';
import { simulate, sinkRecords } from './simulate.ts';

const modes = [
  { checkpointMode: 'aligned' },
  { checkpointMode: 'unaligned' },
  { checkpointMode: 'aligned', alignmentTimeoutMs: 20 },
  { checkpointMode: 'unaligned', incrementalCheckpoints: true },
  { checkpointMode: 'at-least-once' },
] as const;
const N = Number(process.env['N'] ?? 10);
const F = Number(process.env['FROM'] ?? 0);
for (const [m, mode] of modes.entries())
  test(`mode ${JSON.stringify(mode)}`, { timeout: 500000 }, async () => {
    let inflight = 0,
      un = 0,
      compl = 0,
      rec = 0,
      replayed = 0,
      failedCp = 0;
    const reasons = new Map<string, number>();
    const bad: string[] = [];
    for (let seed = F; seed < F + N; seed++) {
      const rnd = (k: number) => {
        let h = Math.imul(seed * 31 + k + 1, 0x9e3779b1);
        h ^= h >>> 15;
        h = Math.imul(h, 0x85ebca6b);
        h ^= h >>> 13;
        return (h >>> 0) / 4294967296;
      };
      const count = 300 + Math.floor(rnd(1) * 600);
      const p = 1 + Math.floor(rnd(2) * 3),
        q = 1 + Math.floor(rnd(3) * 3),
        s = 1 + Math.floor(rnd(4) * 2);
      const cost = [0, 0.5, 2][Math.floor(rnd(5) * 3)] as number;
      const part = (['rebalance', 'auto', 'rescale', 'shuffle'] as const)[Math.floor(rnd(6) * 4)] as 'rebalance';
      const g = job(
        [
          node(
            'source',
            'generator',
            {
              rate: 0,
              count,
              keys: 7,
              startMs: 0,
              stepMs: 5,
              watermarks: 'bounded',
              outOfOrdernessMs: 100,
              timestampColumn: 'time',
            },
            { parallelism: p },
          ),
          node('by key', 'keyBy', { columns: ['key'] }, { parallelism: p }),
          node(
            'win',
            'tumblingWindow',
            {
              sizeMs: 300,
              aggregates: [
                { function: 'count', column: '', as: 'n' },
                { function: 'sum', column: 'sequence', as: 'total' },
              ],
            },
            { parallelism: q, costMs: cost },
          ),
          node('keep', 'filter', {}, { parallelism: s, chaining: 'head', costMs: cost }),
          node('out', 'transactionalTable', {}, { parallelism: s, chaining: 'never' }),
          node('rows', 'transactionalTable', {}, { parallelism: q, chaining: 'never' }),
        ],
        ['source -> by key', 'by key -> win', 'win -> keep', edge('keep -> out', part), edge('by key -> rows', part)],
        {
          bufferRecords: 1 + Math.floor(rnd(7) * 20),
          bufferTimeoutMs: Math.floor(rnd(8) * 20),
          buffersPerChannel: 1 + Math.floor(rnd(9) * 3),
          checkpointIntervalMs: 20 + Math.floor(rnd(10) * 80),
          restartStrategy: 'fixed-delay',
          restartAttempts: 100,
          restartDelayMs: 10,
          maxConcurrentCheckpoints: rnd(11) < 0.3 ? 3 : 1,
          failover: 'region',
          watermarkIntervalMs: 20,
          tolerableCheckpointFailures: 100,
          ...mode,
        },
      );
      const tasks = ['source', 'win', 'keep', 'out', 'rows'];
      const script = Array.from({ length: 4 }, (_, i) => ({
        atMs: 60 + Math.floor(rnd(20 + i) * 800),
        act: (
          cluster: { command?: unknown; inject: (f: unknown) => void },
          view: { nodes: Map<string, { subtasks: readonly string[] }> },
        ) => {
          const nodeId = tasks[Math.floor(rnd(30 + i) * tasks.length)] as string;
          const subs = view.nodes.get(nodeId)?.subtasks ?? [];
          const subtask = subs[Math.floor(rnd(40 + i) * subs.length)];
          if (subtask === undefined) return;
          cluster.inject({
            id: `f${i}`,
            kind: 'crash-worker',
            target: { kind: 'subtask', subtask },
            when: { kind: 'now' },
            params: {},
            times: 1,
          });
        },
      }));
      const run = await simulate(request(g), {
        seed,
        script: script as never,
        untilMs: 120_000,
        onReport: (r) => {
          if (r.kind === 'checkpoint' && r.event.kind === 'acknowledged') {
            inflight += r.event.snapshot.metrics.inFlightRecords;
            if (r.event.snapshot.metrics.unaligned) un++;
          }
          if (r.kind === 'checkpoint' && r.event.kind === 'completed') compl++;
          if (r.kind === 'checkpoint' && r.event.kind === 'failed') {
            failedCp++;
            const k =
              r.event.failure.reason +
              (r.event.failure.reason === 'declined' || r.event.failure.reason === 'snapshot-failed'
                ? String(r.event.failure.details['detail'])
                : '');
            reasons.set(k, (reasons.get(k) ?? 0) + 1);
          }
          if (r.kind === 'recovery' && r.event.kind === 'restored') {
            rec++;
            replayed += r.event.inFlightRecords;
          }
        },
      });
      const rows = sinkRecords(run, 'rows')
        .map((r) => r.row['sequence'] as number)
        .sort((a, b) => a - b);
      const win = sinkRecords(run, 'out');
      const total = win.reduce((sum, r) => sum + (r.row['n'] as number), 0);
      const exact = rows.length === count && rows.every((x, i) => x === i) && total === count;
      const atLeast = new Set(rows).size === count;
      const ok =
        run.outcome === 'ended' &&
        run.view.job.state === 'finished' &&
        (mode.checkpointMode === 'at-least-once' ? atLeast : exact);
      if (!ok)
        bad.push(
          `${seed}: ${run.outcome} ${run.view.job.state} rows ${rows.length}/${new Set(rows).size}/${count} win ${total} ${run.view.job.failure ? JSON.stringify(run.view.job.failure).slice(0, 400) : ''}`,
        );
    }
    console.log(m, JSON.stringify(mode), { compl, un, inflight, rec, replayed, failedCp }, [...reasons]);
    expect(bad).toEqual([]);
  });

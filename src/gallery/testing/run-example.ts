/** Runs examples of the gallery in the simulator, with other parameters where a test wants them, and reads their data. */
import Papa from 'papaparse';
import { expect } from 'vitest';
import { datasetBlob, datasetText } from '../../connectors/datasets/prepare.ts';
import { planJob } from '../../engine/graph/translate.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { fullSpeed } from '../../hosts/host.ts';
import type { RunRequest } from '../../hosts/host.ts';
import { simulate, sinkRecords } from '../../hosts/simulator/simulate.ts';
import type { Simulation } from '../../hosts/simulator/simulate.ts';
import { gallery } from '../list.ts';

/** Other parameters than the example has, by node. */
export type Changes = Readonly<Record<string, object>>;

export async function requestOf(
  id: string,
  recordsPerSecond: number | null,
  changes: Changes = {},
): Promise<RunRequest> {
  const { job: drawn } = gallery.find((example) => example.id === id) as (typeof gallery)[0];
  const nodes = drawn.nodes.map((node) => ({ ...node, params: { ...node.params, ...changes[node.id] } }));
  const job = { ...drawn, nodes };
  const planned = planJob(job, kindTable);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  const names = new Set(job.nodes.flatMap(({ kind, params }) => (kind === 'file' ? [String(params['resource'])] : [])));
  const resources = [...names].map(async (name) => {
    return { name, format: 'csv' as const, content: await datasetBlob(name.replace('dataset:', '')) };
  });
  return {
    plan: planned.value,
    resources: await Promise.all(resources),
    pace: { ...fullSpeed, recordsPerSecond },
    runId: id,
    from: 'anew',
    faults: job.faults,
  };
}

export async function run(
  id: string,
  recordsPerSecond: number | null = null,
  changes: Changes = {},
): Promise<Simulation> {
  const simulation = await simulate(await requestOf(id, recordsPerSecond, changes), { seed: 1 });
  expect(simulation.view.job.state).toBe('finished');
  expect([...simulation.view.found], 'what the run finds wrong with the job').toEqual([]);
  return simulation;
}

export const rowsAt = <Row>(simulation: Simulation, node: string) =>
  sinkRecords(simulation, node).map(({ row }) => row as unknown as Row);

/** Cells by column name. */
export async function csv(name: string): Promise<Record<string, string>[]> {
  return Papa.parse<Record<string, string>>(await datasetText(name), { header: true, skipEmptyLines: true }).data;
}

/** From what the command line names to a job that can run: reads the file, finds its data, and checks it. */
import { openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { datasetNamed } from '../connectors/datasets/list.ts';
import { datasetBlob } from '../connectors/datasets/prepare.ts';
import { sniff } from '../connectors/files/sniff.ts';
import { checkFunction } from '../connectors/functions.ts';
import type { Resource } from '../connectors/resource.ts';
import { checkFaults } from '../engine/faults/check-fault.ts';
import { faultTable } from '../engine/faults/list.ts';
import { analyse, isRunnable } from '../engine/graph/analyse.ts';
import { chain } from '../engine/graph/chaining.ts';
import type { Job } from '../engine/graph/job.ts';
import { problemAdvice, problemMessage, severityOf } from '../engine/graph/problems.ts';
import type { Problem } from '../engine/graph/problems.ts';
import { expand } from '../engine/graph/translate.ts';
import { kindTable } from '../engine/operators/list.ts';
import { directedKinds } from '../hosts/simulator/script/directed-source.ts';
import { parseScript } from '../hosts/simulator/script/parse.ts';
import type { ScriptProblem } from '../hosts/simulator/script/problems.ts';
import { readJobFile } from '../export/job-file.ts';
import { gallery } from '../gallery/list.ts';

/** One thing that is wrong, or worth a word. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** `map · function`, `line 12, nodes[3].kind`; '' for the job as a whole. */
  readonly place: string;
  readonly message: string;
  readonly advice: string;
}

export interface LoadedJob {
  readonly job: Job;
  readonly resources: readonly Resource[];
  /** Warnings only. */
  readonly findings: readonly Finding[];
}

const galleryPrefix = 'gallery:';

/**
 * Which script it is loaded for: the job's own if it has one, another, or none. A script takes the place of timelines and
 * faults, so that what is wrong with those does not matter.
 */
export type ForScript = 'own' | 'other' | 'none';

/** Fails with all that is wrong; at least one of the findings is an error. */
export async function loadJob(name: string, forScript: ForScript): Promise<Result<LoadedJob, readonly Finding[]>> {
  const read = name.startsWith(galleryPrefix) ? fromGallery(name) : await fromFile(name);
  if (!read.ok) return read;
  const { job, notes } = read.value;
  const found = await findResources(job, name.startsWith(galleryPrefix) ? null : dirname(name));
  const names = new Set(found.resources.map((resource) => resource.name));
  const scripted = forScript === 'other' || (forScript === 'own' && job.script !== '');
  const kinds = scripted ? directedKinds : kindTable;
  const analysis = analyse(job, kinds, { compileCheck: checkFunction, resources: names });
  const graph = isRunnable(analysis) ? expand(chain(job, kinds, analysis)) : null;
  const faults = scripted ? [] : checkFaults(job.faults, faultTable, graph, job.nodes);
  const problems = [...analysis.problems, ...faults];
  const findings = [
    ...notes,
    ...found.findings,
    ...problems.map((problem) => findingOf(problem, job)),
    ...(forScript === 'own' && isRunnable(analysis) ? ownScriptFindings(job) : []),
  ];
  if (findings.some((finding) => finding.severity === 'error')) return failed(findings);
  return ok({ job, resources: found.resources, findings });
}

function ownScriptFindings(job: Job): Finding[] {
  if (job.script === '') return [];
  const script = parseScript(job.script, job);
  return script.ok ? [] : [scriptFinding(script.error, 'script, ')];
}

/** `within`: what comes before line and column. */
export function scriptFinding({ line, column, message, advice }: ScriptProblem, within = ''): Finding {
  const place = line === 0 ? within.replace(/, $/, '') : `${within}line ${line}, column ${column}`;
  return { severity: 'error', place, message, advice };
}

function fromGallery(name: string): Result<{ job: Job; notes: readonly Finding[] }, readonly Finding[]> {
  const id = name.slice(galleryPrefix.length);
  const example = gallery.find((one) => one.id === id);
  if (example !== undefined) return ok({ job: example.job, notes: [] });
  const advice = `There are: ${gallery.map((one) => one.id).join(', ')}.`;
  return failed([error(`The gallery has no example “${id}”.`, advice)]);
}

async function fromFile(path: string): Promise<Result<{ job: Job; notes: readonly Finding[] }, readonly Finding[]>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    return failed([error(`The file cannot be read: ${plainReason(thrown)}.`, 'Check its name.')]);
  }
  const read = readJobFile(text);
  if (read.ok) {
    const notes = read.value.notes.map((message): Finding => ({ severity: 'warning', place: '', message, advice: '' }));
    return ok({ job: read.value.job, notes });
  }
  return failed(
    read.error.map(({ line, path: where, message, advice }): Finding => {
      // Most of these sentences begin with the path.
      const path = message.startsWith(where) ? '' : where;
      const place = [line === null ? '' : `line ${line}`, path].filter(Boolean).join(', ');
      return { severity: 'error', place, message, advice };
    }),
  );
}

/** The data that the job's sources name: bundled, or beside the job file in `folder`. What is not there is left out. */
async function findResources(
  job: Job,
  folder: string | null,
): Promise<{ resources: readonly Resource[]; findings: readonly Finding[] }> {
  const names = new Set(job.nodes.flatMap((node) => Object.values(node.params)).filter(isResourceName));
  const resources: Resource[] = [];
  const findings: Finding[] = [];
  for (const name of names) {
    const found = name.startsWith('dataset:') ? await fromDatasets(name) : await fromFolder(name, folder);
    if (found === null) continue;
    if (found.ok) resources.push(found.value);
    else findings.push(found.error);
  }
  return { resources, findings };
}

const isResourceName = (value: unknown): value is string =>
  typeof value === 'string' && /^(dataset|file):./.test(value);

async function fromDatasets(name: string): Promise<Result<Resource, Finding> | null> {
  const dataset = datasetNamed(name.slice('dataset:'.length));
  if (dataset === null) return null;
  return ok({ name, format: dataset.format, content: await datasetBlob(dataset.name) });
}

async function fromFolder(name: string, folder: string | null): Promise<Result<Resource, Finding> | null> {
  const file = name.slice('file:'.length);
  // A job names files as they were dropped on the canvas: without folders, so it cannot reach for others.
  if (folder === null || file !== basename(file)) return null;
  const path = join(folder, file);
  const there = await stat(path).catch(() => null);
  if (there?.isFile() !== true) return null;
  const content = await openAsBlob(path);
  const looked = await sniff(content, file);
  if (!looked.ok) return failed(error(looked.error.message, looked.error.advice));
  return ok({ name, format: looked.value.format, content });
}

function findingOf(problem: Problem, job: Job): Finding {
  const advice = problemAdvice(problem);
  return { severity: severityOf(problem), place: placeOf(problem, job), message: problemMessage(problem), advice };
}

function placeOf({ node, edge, fault, param }: Problem, job: Job): string {
  const nameOf = (id: string): string => job.nodes.find((one) => one.id === id)?.name ?? id;
  const ends = job.edges.find((one) => one.id === edge);
  const parts = [node === undefined ? '' : nameOf(node), fault === undefined ? '' : `fault ${fault}`, param ?? ''];
  if (ends !== undefined) parts.unshift(`${nameOf(ends.from.node)} → ${nameOf(ends.to.node)}`);
  return parts.filter(Boolean).join(' · ');
}

const error = (message: string, advice: string): Finding => ({ severity: 'error', place: '', message, advice });

function plainReason(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a folder' : message;
}

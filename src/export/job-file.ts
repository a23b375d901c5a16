/**
 * Job files, `*.weir.json`: reads them strictly and writes them so that they can be compared line by line. Reading is
 * total: any text gives a job or a list of issues with places, in time linear in its length, and never half a job.
 * Reading what was written gives the same job.
 */
import * as z from 'zod/mini';
import { failed, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Fault, FaultTrigger } from '../engine/graph/faults.ts';
import { reasonOf } from '../engine/graph/issue-text.ts';
import { defaultSettings, jobLimits } from '../engine/graph/job.ts';
import type { Job, JobEdge, JobNode, JobSettings } from '../engine/graph/job.ts';
import { withIds, withPositions } from './job-file-defaults.ts';
import { issueOf } from './job-file-issues.ts';
import type { Finding, JobFileIssue } from './job-file-issues.ts';
import { migrations } from './job-file-migrations.ts';
import type { Migration } from './job-file-migrations.ts';
import { currentVersion, fileLimits, fileSchema, settingOrder } from './job-file-schema.ts';
import type { JobFile } from './job-file-schema.ts';
import { faultInJson, linesOf } from './json-text.ts';
import type { JsonPath } from './json-text.ts';

export interface ReadJob {
  readonly job: Job;
  /** What reading changed, one sentence each: worth a word to the person, and no reason to refuse. */
  readonly notes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const issuesMax = 50;

export function readJobFile(text: string): Result<ReadJob, readonly JobFileIssue[]> {
  if (text.length > fileLimits.file) {
    return failed([
      issueOf({ code: 'too-long', path: [], details: { length: text.length, max: fileLimits.file } }, null),
    ]);
  }
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const fault = faultInJson(json);
  if (fault)
    return failed([issueOf({ code: 'syntax', path: fault.path, details: { reason: fault.reason } }, fault.line)]);
  const read = interpret(JSON.parse(json));
  if (read.ok) return read;
  const lines = linesOf(
    json,
    read.error.map((finding) => finding.path),
  );
  return failed(read.error.map((finding, i) => issueOf(finding, lines[i] ?? null)));
}

/** The same for a file that is a value already, as an imported module is; issues have no lines. */
export function readJobValue(value: unknown): Result<ReadJob, readonly JobFileIssue[]> {
  const read = interpret(value);
  return read.ok ? read : failed(read.error.map((finding) => issueOf(finding, null)));
}

function interpret(value: unknown): Result<ReadJob, readonly Finding[]> {
  const migrated = migrate(value, migrations, currentVersion);
  if (!migrated.ok) return failed([migrated.error]);
  const { file, notes } = migrated.value;
  const crowded = tooMany(file);
  if (crowded.length > 0) return failed(crowded);
  const parsed = z.safeParse(fileSchema, file);
  const findings = parsed.success ? duplicateIds(parsed.data) : parsed.error.issues.map(findingOf);
  if (findings.length > 0 || !parsed.success) return failed(capped(findings));
  return ok({ job: jobOf(parsed.data, file), notes });
}

/** Brings a file of any older version to `current`, step by step, and says so if it changed. Exported for the tests of the seam. */
export function migrate(
  value: unknown,
  steps: ReadonlyMap<number, Migration>,
  current: number,
): Result<{ file: Fields; notes: readonly string[] }, Finding> {
  const notAJob = (reason: string) => failed<Finding>({ code: 'not-a-job', path: [], details: { reason } });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return notAJob('it is no JSON object');
  let file = value as Fields;
  const version = Object.hasOwn(file, 'version') ? file['version'] : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version)) return notAJob('it has no version');
  if (version > current) return failed({ code: 'newer-version', path: ['version'], details: { version, current } });
  for (let from = version; from < current; from++) {
    const step = steps.get(from);
    if (!step) return notAJob(`there has never been a version ${from}`);
    file = step(file);
  }
  const notes = file === value ? [] : [`The file was brought from version ${version} to ${current}.`];
  return ok({ file, notes });
}

/** Counted before anything is validated: a hundred thousand nodes must not make as many issues. */
function tooMany(file: Fields): Finding[] {
  return (['nodes', 'edges', 'faults'] as const).flatMap((what): Finding[] => {
    const items = file[what];
    const max = jobLimits[what];
    if (!Array.isArray(items) || items.length <= max) return [];
    return [{ code: 'too-many', path: [what], details: { what, count: items.length, max } }];
  });
}

function findingOf(issue: z.core.$ZodIssue): Finding {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code !== 'unrecognized_keys') return { code: 'wrong-value', path, details: { reason: reasonOf(issue) } };
  // Points at the field itself, so that its line can be found.
  const [key] = issue.keys;
  const inside = issue.keys.length === 1 && key !== undefined && key.length <= 64 ? [...path, key] : path;
  const reason = inside === path ? reasonOf(issue) : 'this field is not known here';
  return { code: 'unknown-field', path: inside, details: { reason } };
}

function duplicateIds(file: JobFile): Finding[] {
  return (['nodes', 'edges', 'faults'] as const).flatMap((what) => {
    const first = new Map<string, number>();
    return file[what].flatMap(({ id }, i): Finding[] => {
      if (id === undefined) return [];
      const other = first.get(id);
      if (other === undefined) first.set(id, i);
      return other === undefined
        ? []
        : [{ code: 'duplicate-id', path: [what, i, 'id'], details: { id, other: `${what}[${other}]` } }];
    });
  });
}

function capped(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= issuesMax) return findings;
  const path: JsonPath = [];
  return [
    ...findings.slice(0, issuesMax),
    { code: 'more-issues', path, details: { count: findings.length - issuesMax } },
  ];
}

/** Parameters are taken over as they stand in the file: the schema has looked only at their being an object. */
function jobOf(parsed: JobFile, file: Fields): Job {
  const written = file['nodes'] as readonly { readonly params?: JobNode['params'] }[];
  const { name, description, settings } = parsed;
  const edges = withIds(parsed.edges);
  const listed = (file['faults'] ?? []) as readonly { readonly params?: Fault['params'] }[];
  const faults = parsed.faults.map((fault, i): Fault => ({ ...fault, params: listed[i]?.params ?? {} }));
  const script = typeof parsed.script === 'string' ? parsed.script : parsed.script.join('\n');
  const nodes = withPositions(parsed.nodes, edges).map((node, i): JobNode => {
    return { ...node, name: node.name ?? node.id, params: written[i]?.params ?? {} };
  });
  return { name, description, nodes, edges, settings, faults, script };
}

/**
 * The text of a job file: two spaces a level, fields in a fixed order, parameters in the order that they were set, what
 * equals the default of a node or an edge left out. Ends with a line break.
 */
export function writeJobFile(job: Job): string {
  const file = {
    version: currentVersion,
    name: job.name.slice(0, fileLimits.name),
    description: job.description.slice(0, fileLimits.description),
    settings: writtenSettings(job.settings),
    nodes: job.nodes.map(writtenNode),
    edges: job.edges.map(writtenEdge),
    ...(job.faults.length === 0 ? {} : { faults: job.faults.map(writtenFault) }),
    // Line by line, so that it can be read and compared.
    ...(job.script === '' ? {} : { script: job.script.slice(0, fileLimits.script).split('\n') }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** All of them: a default may change in a later version, and the job should not. */
function writtenSettings(settings: JobSettings): Partial<JobSettings> {
  const written = (name: keyof JobSettings) => {
    const value = settings[name];
    return [name, typeof value === 'number' && !Number.isFinite(value) ? defaultSettings[name] : value];
  };
  return Object.fromEntries(settingOrder.map(written)) as Partial<JobSettings>;
}

function writtenNode(node: JobNode): object {
  const { id, kind, name, params, parallelism, chaining, costMs, position } = node;
  return {
    id,
    kind,
    name: name.slice(0, fileLimits.name),
    ...(Object.keys(params).length > 0 ? { params } : {}),
    ...(parallelism === null ? {} : { parallelism }),
    ...(chaining === 'always' ? {} : { chaining }),
    ...(costMs === 0 || !Number.isFinite(costMs) ? {} : { costMs }),
    position: { x: onCanvas(position.x), y: onCanvas(position.y) },
  };
}

function writtenEdge({ id, from, to, partitioner }: JobEdge): object {
  return {
    id,
    from: { node: from.node, port: from.port },
    to: { node: to.node, port: to.port },
    ...(partitioner === 'auto' ? {} : { partitioner }),
  };
}

function writtenFault({ id, kind, target, when, params, times }: Fault): object {
  return {
    id,
    kind,
    target,
    ...(when.kind === 'now' ? {} : { when: writtenTrigger(when) }),
    ...(Object.keys(params).length > 0 ? { params } : {}),
    ...(times === 1 || !Number.isFinite(times) ? {} : { times }),
  };
}

function writtenTrigger(when: FaultTrigger): FaultTrigger {
  if (when.kind === 'at') return { ...when, ms: finiteOr(when.ms, 0) };
  return when.kind === 'now' ? when : { ...when, n: finiteOr(when.n, 1) };
}

const finiteOr = (value: number, other: number): number => (Number.isFinite(value) ? value : other);

/** A position that a file can hold: JSON would write what is not finite as null. */
function onCanvas(coordinate: number): number {
  if (!Number.isFinite(coordinate)) return 0;
  return Math.min(fileLimits.position, Math.max(-fileLimits.position, coordinate));
}

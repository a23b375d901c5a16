/**
 * The schema of a job file, version 2. It says what shape a file has; what a job may mean (ranges, ports, columns) is for
 * the analysis to say, so that a job with a problem can be saved and opened again. Unknown fields are refused rather than
 * lost on the next save; the one exception is `params`, which is kept whole for kinds that this version does not know.
 */
import * as z from 'zod/mini';
import { settingBounds, settingChoices, switchLabels } from '../engine/graph/check-settings.ts';
import type { ChoiceSetting, NumericSetting, SwitchSetting } from '../engine/graph/check-settings.ts';
import { protocolPoints } from '../engine/graph/faults.ts';
import { defaultSettings, jobLimits, partitioners } from '../engine/graph/job.ts';
import type { JobSettings, Partitioner } from '../engine/graph/job.ts';

export const currentVersion = 2;
/** Those that can be read. */
const versions = [1, currentVersion] as const;

/** Lengths in characters or entries, positions in canvas pixels. */
export const fileLimits = {
  file: 16 * 2 ** 20,
  name: 200,
  description: 10_000,
  position: 1_000_000,
  script: 1_000_000,
  /** Subtasks of a machine. */
  machine: 1_000,
} as const;

function told<S extends z.ZodMiniType>(description: string, schema: S): S {
  z.globalRegistry.add(schema, { description });
  return schema;
}

/** Made new at each use: what is said of it belongs to one field. */
const id = () =>
  z.string().check(
    z.regex(/^[A-Za-z][\w.-]{0,63}$/, {
      error: 'an id begins with a letter and goes on with letters, digits, _ . and -, at most 64 in all',
    }),
  );
const shortText = () => z.string().check(z.maxLength(64));
const coordinate = () => z.number().check(z.gte(-fileLimits.position), z.lte(fileLimits.position));
const optional = <S extends z.ZodMiniType>(schema: S, value: z.output<S>) =>
  z._default(schema, value as z.core.util.NoUndefined<z.output<S>>);

const end = (what: string, port: string) =>
  told(
    `${what}: a node's id and the name of one of its ports.`,
    z.strictObject({ node: id(), port: told(`${port} where it is left out.`, optional(shortText(), port)) }),
  );

const choices = [
  'auto',
  ...partitioners.filter((name): name is Exclude<Partitioner, 'hash'> => name !== 'hash'),
] as const;

const node = z.strictObject({
  id: told('Unique among the nodes.', id()),
  kind: told(
    'Name of an operator kind. One that Weir does not know is kept.',
    z.string().check(z.minLength(1), z.maxLength(64)),
  ),
  name: told(
    'Name on the canvas; the id where it is left out.',
    z.optional(z.string().check(z.maxLength(fileLimits.name))),
  ),
  params: told(
    'Parameters of the kind; what is left out has the default of the kind.',
    optional(z.record(z.string(), z.unknown()), {}),
  ),
  parallelism: told("null: the job's default.", optional(z.nullable(z.number()), null)),
  chaining: told(
    'head: starts a new chain. never: chained to neither side.',
    optional(z.enum(['always', 'head', 'never']), 'always'),
  ),
  costMs: told('Simulated work per record in milliseconds.', optional(z.number(), 0)),
  position: told(
    'On the canvas, in pixels. Left out: in a column for each step from the sources.',
    z.optional(z.strictObject({ x: coordinate(), y: coordinate() })),
  ),
});

const edge = z.strictObject({
  id: told('Unique among the edges; e1, e2 and so on where it is left out.', z.optional(id())),
  from: end('Where it begins', 'out'),
  to: end('Where it ends', 'in'),
  partitioner: told(
    'auto: hash behind a Key by, else forward between equal parallelism, else rebalance.',
    optional(z.enum(choices), 'auto'),
  ),
});

const place = () => z.string().check(z.minLength(1), z.maxLength(200));
const fault = z.strictObject({
  id: told('Unique among the faults.', id()),
  kind: told(
    'Name of a kind of fault. One that Weir does not know is kept.',
    z.string().check(z.minLength(1), z.maxLength(64)),
  ),
  target: told(
    'What it strikes.',
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('subtask'), subtask: told('v1/0: subtask 0 of vertex v1.', place()) }),
      z.strictObject({ kind: z.literal('node'), node: told('Whichever of its subtasks meets it first.', id()) }),
      z.strictObject({
        kind: z.literal('machine'),
        subtasks: told('All at once.', z.array(place()).check(z.maxLength(fileLimits.machine))),
      }),
      z.strictObject({
        kind: z.literal('channel'),
        channel: told('e1:0-1: of edge e1, from subtask 0 to subtask 1.', place()),
      }),
      z.strictObject({ kind: z.literal('coordinator') }),
      z.strictObject({ kind: z.literal('store') }),
      z.strictObject({ kind: z.literal('page') }),
    ]),
  ),
  when: told(
    'What triggers it.',
    optional(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('now') }),
        z.strictObject({ kind: z.literal('at'), ms: told('Of job time since the run began.', z.number()) }),
        z.strictObject({ kind: z.literal('record'), n: told('At every n-th record.', z.number()) }),
        z.strictObject({
          kind: z.literal('point'),
          point: told('Moment of the protocol.', z.enum(protocolPoints)),
          n: told('At every n-th occurrence.', optional(z.number(), 1)),
        }),
      ]),
      { kind: 'now' },
    ),
  ),
  params: told(
    'Parameters of the kind; what is left out has its default.',
    optional(z.record(z.string(), z.unknown()), {}),
  ),
  times: told('How often it strikes before it is used up.', optional(z.number(), 1)),
});

const number = (setting: NumericSetting) => {
  const { label, min, max } = settingBounds[setting];
  return told(`${label}: a whole number, ${min} to ${max}.`, optional(z.number(), defaultSettings[setting]));
};
const toggle = (setting: SwitchSetting) =>
  told(`${switchLabels[setting]}: true or false.`, optional(z.boolean(), defaultSettings[setting]));
const choice = <K extends ChoiceSetting>(setting: K) => {
  const { label, values } = settingChoices[setting];
  return told(
    `${label}: one of ${values.join(', ')}.`,
    optional(z.enum(values as unknown as readonly [JobSettings[K]]), defaultSettings[setting]),
  );
};

/** In the order in which a file has them. */
const settings = z.strictObject({
  parallelism: number('parallelism'),
  maxParallelism: number('maxParallelism'),
  bufferRecords: number('bufferRecords'),
  bufferTimeoutMs: number('bufferTimeoutMs'),
  buffersPerChannel: number('buffersPerChannel'),
  watermarkIntervalMs: number('watermarkIntervalMs'),
  chaining: toggle('chaining'),
  heartbeatTimeoutMs: number('heartbeatTimeoutMs'),
  seed: number('seed'),
  checkpointMode: choice('checkpointMode'),
  checkpointIntervalMs: number('checkpointIntervalMs'),
  checkpointMinPauseMs: number('checkpointMinPauseMs'),
  checkpointTimeoutMs: number('checkpointTimeoutMs'),
  tolerableCheckpointFailures: number('tolerableCheckpointFailures'),
  maxConcurrentCheckpoints: number('maxConcurrentCheckpoints'),
  alignmentTimeoutMs: number('alignmentTimeoutMs'),
  incrementalCheckpoints: toggle('incrementalCheckpoints'),
  retainedCheckpoints: number('retainedCheckpoints'),
  checkpointsAfterFinish: toggle('checkpointsAfterFinish'),
  restartStrategy: choice('restartStrategy'),
  restartAttempts: number('restartAttempts'),
  restartDelayMs: number('restartDelayMs'),
  restartWindowMs: number('restartWindowMs'),
  failover: choice('failover'),
});
export const settingOrder = Object.keys(settings.shape) as readonly (keyof JobSettings)[];

export const fileSchema = z.strictObject({
  $schema: told('For editors; Weir does not read it.', z.optional(z.string())),
  version: told('Version of this format; files of an older one are brought forward.', z.literal(versions)),
  name: optional(z.string().check(z.maxLength(fileLimits.name)), 'Untitled job'),
  description: optional(z.string().check(z.maxLength(fileLimits.description)), ''),
  settings: told('What is left out has its default.', optional(settings, defaultSettings)),
  nodes: z.array(node).check(z.maxLength(jobLimits.nodes)),
  edges: z.array(edge).check(z.maxLength(jobLimits.edges)),
  faults: told(
    'The fault script: what is to break in every run.',
    optional(z.array(fault).check(z.maxLength(jobLimits.faults)), []),
  ),
  script: told(
    'What the scripted sources are given, step by step, where the script is played (weir run, Run script); in place of their timelines and of the faults. Lines as in src/cli/SCRIPT.md, or a list of lines.',
    optional(
      z.union([
        z.string().check(z.maxLength(fileLimits.script)),
        z.array(z.string()).check(
          z.refine((lines) => lines.join('\n').length <= fileLimits.script, {
            error: `at most ${fileLimits.script} characters are allowed`,
          }),
        ),
      ]),
      '',
    ),
  ),
});

/** A file as the schema gives it: defaults filled in. */
export type JobFile = z.output<typeof fileSchema>;

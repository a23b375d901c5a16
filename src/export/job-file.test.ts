/** Checks that job files are read back as they were written, and that no text, however hostile, gets past or breaks the reader. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok } from '../base/result.ts';
import { defaultSettings } from '../engine/graph/job.ts';
import type { Job, JobNode } from '../engine/graph/job.ts';
import { migrate, readJobFile, readJobValue, writeJobFile } from './job-file.ts';
import type { Migration } from './job-file-migrations.ts';
import { anyJob } from './testing/any-job.ts';

const minimal: Job = {
  name: 'Two nodes',
  description: '',
  nodes: [
    {
      id: 'n1',
      kind: 'generator',
      name: 'Numbers',
      params: { rate: 5 },
      parallelism: null,
      chaining: 'always',
      costMs: 0,
      position: { x: 0, y: 0 },
    },
    {
      id: 'n2',
      kind: 'table',
      name: 'Table',
      params: {},
      parallelism: 1,
      chaining: 'never',
      costMs: 2,
      position: { x: 300, y: -20 },
    },
  ],
  edges: [{ id: 'e1', from: { node: 'n1', port: 'out' }, to: { node: 'n2', port: 'in' }, partitioner: 'global' }],
  settings: defaultSettings,
  faults: [],
  script: '',
};

const file = (changes: object = {}) => JSON.stringify({ version: 2, nodes: [], edges: [], ...changes }, null, 2);
const aNode = (changes: object = {}) => ({ id: 'n1', kind: 'map', position: { x: 0, y: 0 }, ...changes });
const anEdge = (changes: object = {}) => ({
  id: 'e1',
  from: { node: 'n1', port: 'out' },
  to: { node: 'n2', port: 'in' },
  ...changes,
});

function issuesOf(text: string) {
  const read = readJobFile(text);
  return read.ok ? [] : read.error;
}

describe('a job file', () => {
  it('is written in a fixed order, two spaces a level, without what is default', () => {
    expect(writeJobFile(minimal)).toBe(`{
  "version": 2,
  "name": "Two nodes",
  "description": "",
  "settings": {
    "parallelism": 2,
    "maxParallelism": 128,
    "bufferRecords": 2048,
    "bufferTimeoutMs": 100,
    "buffersPerChannel": 4,
    "watermarkIntervalMs": 200,
    "chaining": true,
    "heartbeatTimeoutMs": 10000,
    "seed": 1,
    "checkpointMode": "aligned",
    "checkpointIntervalMs": 5000,
    "checkpointMinPauseMs": 0,
    "checkpointTimeoutMs": 60000,
    "tolerableCheckpointFailures": 3,
    "maxConcurrentCheckpoints": 1,
    "alignmentTimeoutMs": 0,
    "incrementalCheckpoints": false,
    "retainedCheckpoints": 3,
    "checkpointsAfterFinish": true,
    "restartStrategy": "fixed-delay",
    "restartAttempts": 3,
    "restartDelayMs": 500,
    "restartWindowMs": 60000,
    "failover": "region"
  },
  "nodes": [
    {
      "id": "n1",
      "kind": "generator",
      "name": "Numbers",
      "params": {
        "rate": 5
      },
      "position": {
        "x": 0,
        "y": 0
      }
    },
    {
      "id": "n2",
      "kind": "table",
      "name": "Table",
      "parallelism": 1,
      "chaining": "never",
      "costMs": 2,
      "position": {
        "x": 300,
        "y": -20
      }
    }
  ],
  "edges": [
    {
      "id": "e1",
      "from": {
        "node": "n1",
        "port": "out"
      },
      "to": {
        "node": "n2",
        "port": "in"
      },
      "partitioner": "global"
    }
  ]
}
`);
  });

  it('changes in one line when one thing changes', () => {
    const changed = { ...minimal, settings: { ...defaultSettings, seed: 2 } };
    const [before, after] = [minimal, changed].map((job) => writeJobFile(job).split('\n'));
    expect(after?.filter((line, i) => line !== before?.[i])).toEqual(['    "seed": 2,']);
  });

  it('gets its defaults when it is read', () => {
    const read = readJobFile(file({ nodes: [aNode()], edges: [anEdge()], settings: { seed: 9 } }));
    expect(read).toEqual(
      ok({
        job: {
          name: 'Untitled job',
          description: '',
          nodes: [
            {
              id: 'n1',
              kind: 'map',
              name: 'n1',
              params: {},
              parallelism: null,
              chaining: 'always',
              costMs: 0,
              position: { x: 0, y: 0 },
            },
          ],
          edges: [{ ...anEdge(), partitioner: 'auto' }],
          settings: { ...defaultSettings, seed: 9 },
          faults: [],
          script: '',
        },
        notes: [],
      }),
    );
  });

  it('keeps kinds from the future and their parameters, down to the order of their fields', () => {
    const params = { z: [1, { deep: null }], a: '\u0000\ud800', constructor: { prototype: 1 } };
    const read = readJobFile(file({ nodes: [aNode({ kind: 'quantumJoin', params })] }));
    expect(JSON.stringify(read.ok && read.value.job.nodes[0]?.params)).toBe(JSON.stringify(params));
  });

  it('keeps values out of range: they are problems of the drawn job, not of the file', () => {
    const read = readJobFile(file({ nodes: [aNode({ parallelism: 99, costMs: -1 })], settings: { bufferRecords: 0 } }));
    expect(read.ok && read.value.job.nodes[0]).toMatchObject({ parallelism: 99, costMs: -1 });
  });

  it('holds the fault script, without what is default', () => {
    const faults: Job['faults'] = [
      {
        id: 'f1',
        kind: 'crash-worker',
        target: { kind: 'node', node: 'n1' },
        when: { kind: 'now' },
        params: {},
        times: 1,
      },
      {
        id: 'f2',
        kind: 'slow',
        target: { kind: 'subtask', subtask: 'v1/0' },
        when: { kind: 'point', point: 'before-commit', n: 2 },
        params: { factor: 3 },
        times: 4,
      },
    ];
    const written = JSON.parse(writeJobFile({ ...minimal, faults })) as { faults: unknown[] };
    expect(written.faults).toEqual([
      { id: 'f1', kind: 'crash-worker', target: { kind: 'node', node: 'n1' } },
      faults[1],
    ]);
    expect(writeJobFile(minimal)).not.toContain('faults');
  });

  it('keeps faults from the future and their parameters', () => {
    const fault = { id: 'f', kind: 'solar-flare', target: { kind: 'page' }, params: { z: [1, null], a: {} } };
    const read = readJobFile(file({ faults: [fault] }));
    expect(read.ok && read.value.job.faults).toEqual([{ ...fault, when: { kind: 'now' }, times: 1 }]);
  });

  it('may begin with a byte order mark and name its schema', () => {
    expect(readJobFile(`\uFEFF${file({ $schema: './weir-job.schema.json' })}`).ok).toBe(true);
  });

  it('is read the same when it is a value already', () => {
    expect(readJobValue(JSON.parse(writeJobFile(minimal)))).toEqual(ok({ job: minimal, notes: [] }));
  });

  it.each<[string, string, object]>([
    [
      'an empty text',
      '',
      { code: 'syntax', line: 1, message: 'The file is not readable as JSON: the file ends too early.' },
    ],
    [
      'a comma too many',
      '{\n  "version": 2,\n}',
      {
        code: 'syntax',
        line: 3,
        message: 'The file is not readable as JSON: a field name in double quotes is missing.',
      },
    ],
    ['a missing comma', '{\n"version": 2\n"nodes": []}', { code: 'syntax', line: 3, path: 'version' }],
    ['an open text', '{"version": 2,\n"name": "a', { code: 'syntax', line: 2, path: 'name' }],
    [
      'a field twice',
      '{"version": 2,\n"nodes": [],\n"nodes": []}',
      { code: 'syntax', line: 3, message: 'The file is not readable as JSON: the field “nodes” is there twice.' },
    ],
    [
      '__proto__',
      '{"__proto__": {"polluted": 1}}',
      { code: 'syntax', message: 'The file is not readable as JSON: the field name __proto__ is not allowed.' },
    ],
    [
      '__proto__ in disguise',
      file({ nodes: [aNode({ params: 0 })] }).replace('"params": 0', '"params": {"__pr\\u006fto__": 1}'),
      { code: 'syntax', path: 'nodes[0].params' },
    ],
    ['a number that no double holds', file().replace('"nodes"', '"x": 1e999, "nodes"'), { code: 'syntax', path: 'x' }],
    [
      'NaN',
      '{"version": NaN}',
      { code: 'syntax', path: 'version', message: 'The file is not readable as JSON: a value is missing.' },
    ],
    ['text behind the end', `${file()}\n{}`, { code: 'syntax', line: 6 }],
    ['a list', '[]', { code: 'not-a-job', path: '', line: 1 }],
    ['a text', '"hi"', { code: 'not-a-job' }],
    ['null', 'null', { code: 'not-a-job' }],
    [
      'something without a version',
      '{"nodes": []}',
      { code: 'not-a-job', message: 'This is not a Weir job: it has no version.' },
    ],
    [
      'a version that never was',
      file({ version: 0 }),
      { code: 'not-a-job', message: 'This is not a Weir job: there has never been a version 0.' },
    ],
    [
      'a newer version',
      file({ version: 7, novelty: true }),
      {
        code: 'newer-version',
        path: 'version',
        line: 2,
        message: 'The file has version 7; this Weir reads up to version 2.',
      },
    ],
    [
      'no nodes',
      '{"version": 2, "edges": []}',
      { code: 'wrong-value', path: 'nodes', message: 'nodes: a list is needed.' },
    ],
    [
      'a node that is none',
      file({ nodes: [aNode(), 5] }),
      { path: 'nodes[1]', message: 'nodes[1]: an object is needed.' },
    ],
    [
      'a wrong id',
      file({ nodes: [aNode({ id: 'a:b' })] }),
      {
        path: 'nodes[0].id',
        line: 5,
        message:
          'nodes[0].id: an id begins with a letter and goes on with letters, digits, _ . and -, at most 64 in all.',
      },
    ],
    [
      'a wrong position',
      file({ nodes: [aNode({ position: { x: '1', y: 0 } })] }),
      { path: 'nodes[0].position.x', line: 8 },
    ],
    [
      'parameters that are a list',
      file({ nodes: [aNode({ params: [] })] }),
      { path: 'nodes[0].params', message: 'nodes[0].params: an object is needed.' },
    ],
    [
      'a wrong choice',
      file({ edges: [anEdge({ partitioner: 'hash' })] }),
      {
        path: 'edges[0].partitioner',
        message:
          'edges[0].partitioner: one of auto, forward, rebalance, rescale, broadcast, global, shuffle is needed.',
      },
    ],
    [
      'an unknown field',
      file({ nodes: [aNode({ paralellism: 2 })] }),
      {
        code: 'unknown-field',
        path: 'nodes[0].paralellism',
        line: 11,
        message: 'nodes[0].paralellism: this field is not known here.',
      },
    ],
    [
      'a name without end',
      file({ name: 'x'.repeat(201) }),
      { path: 'name', message: 'name: at most 200 characters are allowed.' },
    ],
    [
      'a node id twice',
      file({ nodes: [aNode(), aNode()] }),
      {
        code: 'duplicate-id',
        path: 'nodes[1].id',
        line: 13,
        message: 'nodes[1].id: the id “n1” is taken by nodes[0].',
      },
    ],
    [
      'a fault without a target',
      file({ faults: [{ id: 'f1', kind: 'hang' }] }),
      { path: 'faults[0].target', message: 'faults[0].target: an object is needed.' },
    ],
    [
      'a fault with a target that nothing has',
      file({ faults: [{ id: 'f1', kind: 'hang', target: { kind: 'moon' } }] }),
      { path: 'faults[0].target.kind', line: 10 },
    ],
    [
      'a fault at a point that the protocol does not have',
      file({ faults: [{ id: 'f', kind: 'hang', target: { kind: 'page' }, when: { kind: 'point', point: 'noon' } }] }),
      { code: 'wrong-value', path: 'faults[0].when.point' },
    ],
    [
      'an unknown field in a fault',
      file({ faults: [{ id: 'f', kind: 'hang', target: { kind: 'page', page: 1 } }] }),
      { code: 'unknown-field', path: 'faults[0].target.page' },
    ],
    [
      'a fault id twice',
      file({ faults: ['f', 'f'].map((id) => ({ id, kind: 'hang', target: { kind: 'page' } })) }),
      { code: 'duplicate-id', path: 'faults[1].id', message: 'faults[1].id: the id “f” is taken by faults[0].' },
    ],
    ['an edge id twice', file({ edges: [anEdge(), anEdge()] }), { code: 'duplicate-id', path: 'edges[1].id' }],
  ])('is refused with place and advice if it is or has %s', (_, text, expected) => {
    const [issue] = issuesOf(text);
    expect(issue).toMatchObject(expected);
    expect(issue?.advice).toMatch(/\.$/);
    expect(`${issue?.message}${issue?.advice}`).not.toMatch(/\{\w/);
  });

  it('says where each of several issues is', () => {
    const text = file({ nodes: [aNode({ kind: 5 }), aNode({ id: 'n2', costMs: null })] });
    expect(issuesOf(text).map(({ path, line }) => [path, line])).toEqual([
      ['nodes[0].kind', 6],
      ['nodes[1].costMs', 19],
    ]);
  });
});

describe('the reader of job files', () => {
  it('gives back every job that was written', () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        const text = writeJobFile(job);
        const read = readJobFile(text);
        expect(read).toEqual(ok({ job, notes: [] }));
        expect(read.ok && writeJobFile(read.value.job)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('reads what was written of a job with numbers that JSON does not know', () => {
    const odd = { ...minimal, settings: { ...defaultSettings, seed: Number.NaN } };
    const [first, second] = minimal.nodes as [JobNode, JobNode];
    const nodes = [
      { ...first, costMs: Number.NaN, parallelism: Number.NaN },
      { ...second, position: { x: Infinity, y: 1e300 } },
    ];
    const target = { kind: 'page' } as const;
    const faults: Job['faults'] = [
      { id: 'f', kind: 'a', target, when: { kind: 'at', ms: Number.NaN }, params: {}, times: Infinity },
      { id: 'g', kind: 'a', target, when: { kind: 'record', n: Infinity }, params: {}, times: Number.NaN },
    ];
    expect(issuesOf(writeJobFile({ ...odd, nodes, faults }))).toEqual([]);
  });

  it('never throws and never leaves a trace on prototypes, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void readJobFile(text)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.anything(), (value) => {
        readJobValue(value);
        const fields = typeof value === 'object' && value !== null ? value : {};
        readJobValue({ ...fields, version: 2, nodes: [value], edges: value });
        readJobValue({ version: 2, nodes: [], edges: [], faults: [value, fields] });
        readJobValue({
          version: 1,
          nodes: [],
          edges: [],
          faults: [{ id: 'f', kind: 'a', target: value, when: value }],
        });
      }),
      { numRuns: 1_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('agrees with JSON.parse on what is JSON, but for what it refuses on purpose', () => {
    const written = writeJobFile(minimal);
    const damage = fc.record({
      at: fc.nat(written.length),
      cut: fc.nat(5),
      put: fc.constantFrom('', ',', '"', '}', '{', ']', '\\', '0', '-', '.', 'e', ':', '\n', 'null'),
    });
    fc.assert(
      fc.property(damage, ({ at, cut, put }) => {
        const text = written.slice(0, at) + put + written.slice(at + cut);
        const isJson = parses(text);
        const issue = issuesOf(text)[0];
        const onPurpose = issue?.message.includes('twice') ?? false;
        expect(issue?.code === 'syntax' && !onPurpose).toBe(!isJson);
      }),
      { numRuns: 2_000 },
    );
  });

  it('brings old versions forward step by step', () => {
    const steps = new Map<number, Migration>([
      [1, (old) => ({ ...old, version: 2, operators: 'x' })],
      [2, (old) => ({ ...old, version: 3, nodes: 'y' })],
    ]);
    expect(migrate({ version: 1 }, steps, 3)).toEqual(
      ok({ file: { version: 3, operators: 'x', nodes: 'y' }, notes: ['The file was brought from version 1 to 3.'] }),
    );
    expect(migrate({ version: 4 }, steps, 3)).toMatchObject({ error: { code: 'newer-version' } });
    expect(migrate({ version: -1 }, steps, 3)).toMatchObject({ error: { code: 'not-a-job' } });
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

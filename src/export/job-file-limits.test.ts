/** Checks that no text, however long, deep or crowded, gets past the limits of job files or takes undue time. */
import { describe, expect, it } from 'vitest';
import { readJobFile } from './job-file.ts';

const file = (changes: object = {}) => JSON.stringify({ version: 2, nodes: [], edges: [], ...changes }, null, 2);
const aNode = (changes: object = {}) => ({ id: 'n1', kind: 'map', position: { x: 0, y: 0 }, ...changes });

function issuesOf(text: string) {
  const read = readJobFile(text);
  return read.ok ? [] : read.error;
}

const fieldsOf = (count: number): string => Array.from({ length: count }, (_, i) => `"field${i}":${i}`).join(',');

describe('a hostile job file', () => {
  const codeOf = (text: string) => issuesOf(text)[0]?.code;

  it('cannot be longer than the limit', () => {
    expect(codeOf(' '.repeat(17 * 2 ** 20))).toBe('too-long');
  });

  // Reading is linear, so a megabyte takes well below a second; what is not would take minutes.
  const fill = (piece: string) => piece.repeat(1_000_000 / piece.length);
  it.each([
    ['open brackets', 'syntax', () => fill('[')],
    ['open objects', 'syntax', () => fill('{"a":')],
    ['numbers', 'not-a-job', () => `[${fill('1,')}1]`],
    ['escapes', 'unknown-field', () => `{"version":1,"nodes":[],"edges":[],"x":"${fill('\\u0000')}"}`],
    ['one long name', 'wrong-value', () => `{"version":1,"name":"${fill('n')}","nodes":[],"edges":[]}`],
    ['empty lines', 'syntax', () => `{"version":1${fill('\n')}`],
    ['fields', 'unknown-field', () => `{"version":1,"nodes":[],"edges":[],${fieldsOf(50_000)}}`],
  ])('of a megabyte of %s takes no undue time', { timeout: 20_000 }, (_, code, text) => {
    expect(codeOf(text())).toBe(code);
  });

  it('cannot have a hundred thousand nodes', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => aNode({ id: `n${i}` }));
    expect(issuesOf(file({ nodes }))).toMatchObject([
      { code: 'too-many', path: 'nodes', line: 3, message: 'The job has 100000 nodes; 1000 is the limit.' },
    ]);
  });

  it('cannot have two thousand faults', () => {
    const faults = Array.from({ length: 2_000 }, (_, i) => ({ id: `f${i}`, kind: 'hang', target: { kind: 'page' } }));
    expect(issuesOf(file({ faults }))).toMatchObject([{ code: 'too-many', path: 'faults' }]);
  });

  it('cannot nest without end, where it is read and where it is kept', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const withParams = (levels: number) =>
      file({ nodes: [aNode({ params: 'HERE' })] }).replace('"HERE"', `{"x": ${deep(levels)}}`);
    expect(issuesOf(withParams(60))).toEqual([]);
    expect(codeOf(withParams(61))).toBe('syntax');
    expect(codeOf(deep(1_000_000))).toBe('syntax');
  });

  it('gets at most 51 issues', () => {
    const nodes = Array.from({ length: 900 }, (_, i) => ({ id: i }));
    const issues = issuesOf(file({ nodes }));
    expect(issues).toHaveLength(51);
    expect(issues.at(-1)?.message).toMatch(/^There are \d+ more\.$/);
  });
});

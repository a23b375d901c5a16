/** What a job file may leave out: positions, names, ids of edges and usual ports. */
import { describe, expect, it } from 'vitest';
import { ok } from '../base/result.ts';
import { readJobFile, writeJobFile } from './job-file.ts';

const file = (changes: object): string => JSON.stringify({ version: 2, nodes: [], edges: [], ...changes });

describe('a job file', () => {
  it('may leave out where nodes stand, ids of edges and usual ports: it is drawn from left to right', () => {
    const nodes = ['a', 'b', 'j', 'c', 'out'].map((id) => ({ id, kind: 'map' }));
    const edges = [
      { from: { node: 'c' }, to: { node: 'out' } },
      { id: 'e1', from: { node: 'a' }, to: { node: 'j', port: 'left' } },
      { from: { node: 'j', port: 'late' }, to: { node: 'c' } },
      { from: { node: 'b' }, to: { node: 'j', port: 'right' } },
    ];
    const read = readJobFile(file({ nodes, edges }));
    if (!read.ok) throw new Error(read.error[0]?.message);
    const { job } = read.value;
    expect(job.nodes.map(({ id, name, position: { x, y } }) => [id, name, x, y])).toEqual([
      ['a', 'a', 0, 0],
      ['b', 'b', 0, 120],
      ['j', 'j', 240, 0],
      ['c', 'c', 480, 0],
      ['out', 'out', 720, 0],
    ]);
    expect(job.edges.map(({ id, from, to }) => `${id} ${from.node}.${from.port} ${to.node}.${to.port}`)).toEqual([
      'e2 c.out out.in',
      'e1 a.out j.left',
      'e3 j.late c.in',
      'e4 b.out j.right',
    ]);
    expect(readJobFile(writeJobFile(job))).toEqual(ok({ job, notes: [] }));
  });

  it('puts nodes without a place below those that have one, and rings and edges to nowhere do not hinder it', () => {
    const nodes = [
      { id: 'n1', kind: 'map', position: { x: 40, y: 300 } },
      { id: 'x', kind: 'map' },
      { id: 'y', kind: 'map' },
    ];
    const edges = [
      { from: { node: 'x' }, to: { node: 'y' } },
      { from: { node: 'y' }, to: { node: 'x' } },
      { from: { node: 'gone' }, to: { node: 'y' } },
    ];
    const read = readJobFile(file({ nodes, edges }));
    expect(read.ok && read.value.job.nodes.map(({ position }) => position)).toEqual([
      { x: 40, y: 300 },
      { x: 0, y: 420 },
      { x: 0, y: 540 },
    ]);
  });
});

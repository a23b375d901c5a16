/** Rows of the table of channels: sums per edge, and their order. */
import { describe, expect, it } from 'vitest';
import type { ChannelView, ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { edgeRows, sortedRows } from './channel-rows.ts';

/** Two edges with two channels each, and a chained one; figures as [received, credits, fill] by channel. */
function viewOf(figures: Readonly<Record<string, readonly [number, number, number]>>): ClusterView {
  const operators = ['a', 'b', 'c', 'd'].map((node) => ({ node, name: node.toUpperCase() }));
  const [a, b, c, d] = operators;
  const channels = Object.entries(figures).map(([id, [received, credits, fill]]): [string, ChannelView] => {
    const input = { channel: id, queuedBuffers: received, queuedRecords: 10 * received } as ChannelView['input'];
    const output = {
      channel: id,
      credits,
      queuedBuffers: 1,
      queuedRecords: 7,
      sentRecords: 9,
    } as ChannelView['output'];
    return [id, { id, input, output, inFlightBuffers: 2, inFlightRecords: 20, recordsPerSecond: 5, fill }];
  });
  const edge = (id: string, fromNode: string, toNode: string) => ({ edge: id, fromNode, toNode, partitioner: 'hash' });
  return {
    graph: {
      jobGraph: {
        vertices: [
          { id: 'v1', operators: [a, b], chained: [{ edge: 'ab', from: 'a', fromPort: 0, to: 'b' }] },
          { id: 'v2', operators: [c], chained: [] },
          { id: 'v3', operators: [d], chained: [] },
        ],
        edges: [edge('bc', 'b', 'c'), edge('cd', 'c', 'd')],
      },
    },
    channels: new Map(channels),
    edges: new Map([
      ['ab', { id: 'ab', channels: [], recordsPerSecond: 12 }],
      ['bc', { id: 'bc', channels: ['bc:0-0', 'bc:0-1'] }],
      ['cd', { id: 'cd', channels: ['cd:0-0', 'cd:1-0', 'gone:0-0'] }],
    ]),
  } as unknown as ClusterView;
}

const view = viewOf({
  'bc:0-0': [1, 4, 0.25],
  'bc:0-1': [2, 3, 0.5],
  'cd:0-0': [0, 0, 0],
  'cd:1-0': [4, 0, 1],
});

describe('rows of channels', () => {
  it('belong to their edge, whose figures are sums and whose fill is the fullest channel’s', () => {
    const [bc] = edgeRows(view);
    expect(bc).toMatchObject({ edge: 'bc', name: 'B → C', partitioner: 'hash' });
    expect(bc?.channels.map((row) => row.ends)).toEqual(['0 → 0', '0 → 1']);
    expect(bc?.total).toEqual({
      received: 3,
      receivedRecords: 30,
      inFlight: 4,
      inFlightRecords: 40,
      waiting: 2,
      waitingRecords: 14,
      credits: 7,
      recordsPerSecond: 10,
      sentRecords: 18,
      fill: 0.5,
    });
  });

  it('of a chained edge are none, but it has a rate', () => {
    const chained = edgeRows(view).at(-1);
    expect(chained).toMatchObject({ edge: 'ab', name: 'A → B', partitioner: 'chained', channels: [] });
    expect(chained?.total.recordsPerSecond).toBe(12);
  });

  it('leave out channels that the view does not know', () => {
    expect(edgeRows(view)[1]?.channels.map((row) => row.channel)).toEqual(['cd:0-0', 'cd:1-0']);
  });

  it('sort by a figure, edges and channels alike, and leave the given rows alone', () => {
    const rows = edgeRows(view);
    const ids = (sorted: ReturnType<typeof edgeRows>) =>
      sorted.flatMap((each) => each.channels.map((row) => row.channel));
    expect(ids(sortedRows(rows, 'fill', true))).toEqual(['cd:1-0', 'cd:0-0', 'bc:0-1', 'bc:0-0']);
    expect(ids(sortedRows(rows, 'credits', true))).toEqual(['bc:0-0', 'bc:0-1', 'cd:0-0', 'cd:1-0']);
    expect(ids(sortedRows(rows, 'received', false))).toEqual(['bc:0-0', 'bc:0-1', 'cd:0-0', 'cd:1-0']);
    expect(ids(rows)).toEqual(['bc:0-0', 'bc:0-1', 'cd:0-0', 'cd:1-0']);
  });
});

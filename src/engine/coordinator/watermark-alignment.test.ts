/** What the coordinator announces to aligned sources, by the rules of Flink's SourceCoordinator and WatermarkAggregator. */
import { describe, expect, test } from 'vitest';
import { eventTime, MAX_EVENT_TIME, processingTime } from '../../base/units.ts';
import type { ExecutionGraph } from '../graph/plan.ts';
import { Outbox } from './outbox.ts';
import { Tasks } from './tasks.ts';
import { planOf } from './testing/driven.ts';
import { WatermarkAlignment } from './watermark-alignment.ts';

type Params = Readonly<Record<string, unknown>>;

/** Sources a (2 subtasks), b and c into one sink; each with these parameters. */
function graphOf(params: Readonly<Record<string, Params>>): ExecutionGraph {
  const graph = planOf({ a: 2, b: 1, c: 1, sink: 1 }, ['a→sink', 'b→sink', 'c→sink']);
  const vertices = graph.jobGraph.vertices.map((vertex) => ({
    ...vertex,
    operators: vertex.operators.map((operator) => ({ ...operator, params: params[operator.node] ?? {} })),
  }));
  return { ...graph, jobGraph: { ...graph.jobGraph, vertices } };
}

const group = { alignmentGroup: 'g', maxDriftMs: 10, alignmentIntervalMs: 100 };

class Aligned {
  readonly tasks: Tasks;
  readonly outbox = new Outbox();
  readonly alignment: WatermarkAlignment;

  constructor(params: Readonly<Record<string, Params>>) {
    const graph = graphOf(params);
    this.tasks = new Tasks(graph);
    for (const id of this.tasks.all()) this.tasks.move(id, 'running');
    this.alignment = new WatermarkAlignment(graph, this.tasks, this.outbox);
  }

  report(id: string, watermark: number): this {
    this.alignment.report(id, eventTime(watermark));
    return this;
  }

  /** What is announced at this time: `a/0≤14`; `max` for no limit. */
  at(ms: number): string {
    this.outbox.now = processingTime(ms);
    this.alignment.checkTime();
    const told = this.outbox.take().flatMap((effect) => {
      if (effect.kind !== 'command' || effect.command.kind !== 'align') return [];
      const { limit } = effect.command;
      return [`${effect.subtask}≤${limit === MAX_EVENT_TIME ? 'max' : limit}`];
    });
    return told.join(' ');
  }
}

const all = { a: group, b: group };

describe('alignment announces', () => {
  test('the least of all subtasks and the drift, at the interval', () => {
    const aligned = new Aligned(all).report('a/0', 4).report('a/1', 9).report('b/0', 30);
    expect(aligned.at(99)).toBe('');
    expect(aligned.at(100)).toBe('a/0≤14 a/1≤14 b/0≤14');
  });

  test('nothing that was said before, and wakes nobody for it', () => {
    const aligned = new Aligned(all).report('a/0', 4).report('b/0', 30);
    expect(aligned.alignment.nextTime()).toBe(100);
    expect(aligned.at(100)).toBe('a/0≤14 b/0≤14');
    expect(aligned.alignment.nextTime()).toBe(Number.POSITIVE_INFINITY);
    expect(aligned.report('b/0', 31).at(200)).toBe('');
    expect(aligned.report('a/0', 6).at(300)).toBe('a/0≤16 b/0≤16');
  });

  test('to each by its own drift and interval', () => {
    const slower = { ...group, maxDriftMs: 50, alignmentIntervalMs: 250 };
    const aligned = new Aligned({ a: group, b: slower }).report('a/0', 4).report('b/0', 30);
    expect(aligned.at(100)).toBe('a/0≤14');
    expect(aligned.at(250)).toBe('b/0≤54');
  });

  test('only within a group, and nothing to a source without one', () => {
    const aligned = new Aligned({ a: group, b: { ...group, alignmentGroup: 'h' } });
    aligned.report('a/0', 4).report('b/0', 30).report('c/0', 1);
    expect(aligned.at(100)).toBe('a/0≤14 b/0≤40');
  });

  test('without those that are idle or have ended, which report the greatest', () => {
    const aligned = new Aligned(all).report('a/0', 4).report('b/0', 30);
    aligned.at(100);
    expect(aligned.report('a/0', MAX_EVENT_TIME).at(200)).toBe('a/0≤40 b/0≤40');
    expect(aligned.report('b/0', MAX_EVENT_TIME).at(300)).toBe('a/0≤max b/0≤max');
    expect(aligned.report('a/0', 5).at(400)).toBe('a/0≤15 b/0≤15');
  });

  test('nothing to whom has reported nothing; it does not hold back the others either', () => {
    expect(new Aligned(all).report('b/0', 30).at(100)).toBe('b/0≤40');
  });

  test('to a new attempt only after its first report, and forgets what the old one said', () => {
    const aligned = new Aligned(all).report('a/0', 4).report('b/0', 30);
    aligned.at(100);
    aligned.tasks.renew('a/0');
    aligned.tasks.move('a/0', 'running');
    expect(aligned.report('b/0', 31).at(200)).toBe('b/0≤41');
    expect(aligned.report('a/0', 2).at(300)).toBe('a/0≤12 b/0≤12');
  });

  test('a failed source still holds the others back until it is deployed again: it will begin further behind', () => {
    const aligned = new Aligned(all).report('a/0', 4).report('b/0', 30);
    aligned.tasks.move('a/0', 'failed');
    expect(aligned.at(100)).toBe('b/0≤14');
  });

  test('a drift beyond all time as no limit', () => {
    const endless = { ...group, maxDriftMs: Number.MAX_SAFE_INTEGER };
    expect(new Aligned({ a: endless, b: endless }).report('a/0', 4).at(100)).toBe('a/0≤max');
  });

  test('one interval after a long silence, not all that went by', () => {
    const aligned = new Aligned(all).report('a/0', 4);
    expect(aligned.at(1050)).toBe('a/0≤14');
    expect(aligned.report('a/0', 5).at(1099)).toBe('');
    expect(aligned.at(1100)).toBe('a/0≤15');
  });
});

/** What the person chose to see of the results, kept while other tabs are shown: the sink, chart or table, columns. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { JobNode, NodeId } from '../../../engine/graph/job.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { fittingChoice, guessChoice, type ChartChoice } from './chart-series.ts';

export type ResultMode = 'table' | 'chart';

interface ResultChoices {
  readonly sink: NodeId | null;
  readonly modes: Readonly<Record<NodeId, ResultMode>>;
  readonly charts: Readonly<Record<NodeId, ChartChoice>>;
}

const store = createStore<ResultChoices>(() => ({ sink: null, modes: {}, charts: {} }));

export const useResultChoices = <T>(selector: (state: ResultChoices) => T): T => useStore(store, selector);

export function chooseSink(sink: NodeId): void {
  store.setState({ sink });
}

export function chooseMode(sink: NodeId, mode: ResultMode): void {
  store.setState((state) => ({ modes: { ...state.modes, [sink]: mode } }));
}

export function chooseChart(sink: NodeId, chart: ChartChoice): void {
  store.setState((state) => ({ charts: { ...state.charts, [sink]: chart } }));
}

/** A Chart shows a chart, every other sink a table, until the person says otherwise. */
export const modeOf = (sink: JobNode, chosen: ResultMode | undefined): ResultMode =>
  chosen ?? (sink.kind === 'chart' ? 'chart' : 'table');

/** What was chosen, else what the Chart's parameters say, else a guess; null if no chart fits the columns. */
export function choiceOf(sink: JobNode, chosen: ChartChoice | undefined, schema: Schema): ChartChoice | null {
  const own = sink.kind === 'chart' ? paramsChoice(sink.params) : null;
  return fittingChoice(chosen ?? null, schema) ?? fittingChoice(own, schema) ?? guessChoice(schema);
}

function paramsChoice(params: JobNode['params']): ChartChoice {
  const text = (name: string): string => (typeof params[name] === 'string' ? params[name] : '');
  return { style: params['style'] === 'bar' ? 'bar' : 'line', x: text('x'), y: text('y'), series: text('series') };
}

/**
 * The half of each operator that runs. Workers and the simulator import it, the page never: so all that state, timers
 * and joins are made of stays out of its first load.
 */
import type { OperatorFactory, OperatorTable, RunnableOperator } from '../task/operator.ts';
import { operators } from './list.ts';
import type { OperatorName } from './list.ts';
import { aggregateFactory } from './aggregate.ts';
import { broadcastProcessFunctionFactory } from './broadcast-process-function.ts';
import { chartFactory } from './chart.ts';
import { coProcessFunctionFactory } from './co-process-function.ts';
import { countWindowFactory } from './count-window.ts';
import { cumulatingWindowFactory } from './cumulating-window.ts';
import { deduplicateFactory } from './deduplicate.ts';
import { fileDownloadFactory } from './file-download.ts';
import { fileFactory } from './file.ts';
import { filterFactory } from './filter.ts';
import { flatMapFactory } from './flat-map.ts';
import { generatorFactory } from './generator.ts';
import { globalWindowFactory } from './global-window.ts';
import { intervalJoinFactory } from './interval-join.ts';
import { keyByFactory } from './key-by.ts';
import { logFactory } from './log.ts';
import { mapFactory } from './map.ts';
import { postgresFactory } from './postgres.ts';
import { processFunctionFactory } from './process-function.ts';
import { reduceFactory } from './reduce.ts';
import { regularJoinFactory } from './regular-join.ts';
import { scriptedFactory } from './scripted.ts';
import { sessionWindowFactory } from './session-window.ts';
import { sideOutputFactory } from './side-output.ts';
import { slidingWindowFactory } from './sliding-window.ts';
import { sortByTimeFactory } from './sort-by-time.ts';
import { tableFactory } from './table.ts';
import { temporalJoinFactory } from './temporal-join.ts';
import { topNFactory } from './top-n.ts';
import { transactionalTableFactory } from './transactional-table.ts';
import { tumblingWindowFactory } from './tumbling-window.ts';
import { unionFactory } from './union.ts';
import { upsertTableFactory } from './upsert-table.ts';
import { watermarksFactory } from './watermarks.ts';
import { windowCoGroupFactory } from './window-co-group.ts';
import { windowJoinFactory } from './window-join.ts';

const factories: Readonly<Record<OperatorName, OperatorFactory>> = {
  file: fileFactory,
  generator: generatorFactory,
  scripted: scriptedFactory,
  map: mapFactory,
  filter: filterFactory,
  flatMap: flatMapFactory,
  keyBy: keyByFactory,
  reduce: reduceFactory,
  aggregate: aggregateFactory,
  process: processFunctionFactory,
  coProcess: coProcessFunctionFactory,
  broadcastProcess: broadcastProcessFunctionFactory,
  deduplicate: deduplicateFactory,
  topN: topNFactory,
  sideOutput: sideOutputFactory,
  tumblingWindow: tumblingWindowFactory,
  slidingWindow: slidingWindowFactory,
  cumulatingWindow: cumulatingWindowFactory,
  sessionWindow: sessionWindowFactory,
  countWindow: countWindowFactory,
  globalWindow: globalWindowFactory,
  sortByTime: sortByTimeFactory,
  watermarks: watermarksFactory,
  union: unionFactory,
  windowJoin: windowJoinFactory,
  windowCoGroup: windowCoGroupFactory,
  intervalJoin: intervalJoinFactory,
  temporalJoin: temporalJoinFactory,
  regularJoin: regularJoinFactory,
  table: tableFactory,
  upsertTable: upsertTableFactory,
  transactionalTable: transactionalTableFactory,
  postgres: postgresFactory,
  chart: chartFactory,
  log: logFactory,
  fileDownload: fileDownloadFactory,
};

export const operatorTable: OperatorTable = new Map(
  operators.map((definition): [string, RunnableOperator] => [
    definition.kind,
    { ...definition, ...factories[definition.kind as OperatorName] },
  ]),
);

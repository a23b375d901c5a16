/**
 * The operators as the page knows them, in the order of the palette, by kind. A new kind is one file, one line here and
 * one of `running.ts`, which does not compile without it.
 */
import type { KindTable } from '../graph/kind.ts';
import type { OperatorDefinition } from '../task/operator.ts';
import { aggregate } from './aggregate.ts';
import { broadcastProcessFunction } from './broadcast-process-function.ts';
import { chart } from './chart.ts';
import { coProcessFunction } from './co-process-function.ts';
import { countWindow } from './count-window.ts';
import { cumulatingWindow } from './cumulating-window.ts';
import { deduplicate } from './deduplicate.ts';
import { fileDownload } from './file-download.ts';
import { file } from './file.ts';
import { filter } from './filter.ts';
import { flatMap } from './flat-map.ts';
import { generator } from './generator.ts';
import { globalWindowKind } from './global-window.ts';
import { intervalJoin } from './interval-join.ts';
import { keyBy } from './key-by.ts';
import { log } from './log.ts';
import { map } from './map.ts';
import { postgres } from './postgres.ts';
import { processFunction } from './process-function.ts';
import { reduce } from './reduce.ts';
import { regularJoin } from './regular-join.ts';
import { scripted } from './scripted.ts';
import { sessionWindow } from './session-window.ts';
import { sideOutput } from './side-output.ts';
import { slidingWindow } from './sliding-window.ts';
import { sortByTime } from './sort-by-time.ts';
import { table } from './table.ts';
import { temporalJoin } from './temporal-join.ts';
import { topN } from './top-n.ts';
import { transactionalTable } from './transactional-table.ts';
import { tumblingWindow } from './tumbling-window.ts';
import { union } from './union.ts';
import { upsertTable } from './upsert-table.ts';
import { watermarks } from './watermarks.ts';
import { windowCoGroup } from './window-co-group.ts';
import { windowJoin } from './window-join.ts';

export const definitions = {
  file,
  generator,
  scripted,
  map,
  filter,
  flatMap,
  keyBy,
  reduce,
  aggregate,
  process: processFunction,
  coProcess: coProcessFunction,
  broadcastProcess: broadcastProcessFunction,
  deduplicate,
  topN,
  sideOutput,
  tumblingWindow,
  slidingWindow,
  cumulatingWindow,
  sessionWindow,
  countWindow,
  globalWindow: globalWindowKind,
  sortByTime,
  watermarks,
  union,
  windowJoin,
  windowCoGroup,
  intervalJoin,
  temporalJoin,
  regularJoin,
  table,
  upsertTable,
  transactionalTable,
  postgres,
  chart,
  log,
  fileDownload,
} satisfies Readonly<Record<string, OperatorDefinition>>;

export type OperatorName = keyof typeof definitions;
export const operators: readonly OperatorDefinition[] = Object.values(definitions);
export const kindTable: KindTable = new Map(operators.map((operator) => [operator.kind, operator]));

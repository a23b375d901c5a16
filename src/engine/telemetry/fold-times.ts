/** The fold of what operators tell of event time: newest last, a bounded number of each kind. */
import type { Report } from '../wire/reports.ts';
import type { RecordTrace, TimesSkipped } from '../wire/time-traces.ts';
import { nothingSkipped } from '../wire/time-traces.ts';
import { timeLimit } from './cluster-view.ts';
import type { NumberedTime, TimeView, WatermarkTrace, WindowTrace } from './cluster-view.ts';

type Times = Extract<Report, { kind: 'times' }>;

/** Attempts whose omissions are kept one by one. */
const attemptsMax = 1000;

export function foldTimes(before: TimeView | undefined, report: Times): TimeView {
  const view = before ?? { node: report.node, records: [], watermarks: [], windows: [], skipped: new Map(), told: 0 };
  const { subtask, attempt } = report;
  const records: NumberedTime<RecordTrace>[] = [];
  const watermarks: NumberedTime<WatermarkTrace>[] = [];
  const windows: NumberedTime<WindowTrace>[] = [];
  let number = view.told;
  for (const trace of report.traces) {
    const place = { number: ++number, subtask, attempt };
    switch (trace.kind) {
      case 'record':
        records.push({ ...place, trace });
        break;
      case 'watermark':
      case 'status':
        watermarks.push({ ...place, trace });
        break;
      case 'pane':
      case 'merged':
      case 'closed':
      case 'timer':
        windows.push({ ...place, trace });
        break;
    }
  }
  return {
    node: view.node,
    records: appended(view.records, records),
    watermarks: appended(view.watermarks, watermarks),
    windows: appended(view.windows, windows),
    skipped: withSkipped(view.skipped, `${subtask} ${attempt}`, report.skipped),
    told: number,
  };
}

function withSkipped(
  before: TimeView['skipped'],
  attempt: string,
  skipped: TimesSkipped,
): ReadonlyMap<string, TimesSkipped> {
  const { records, panes, others } = before.get(attempt) ?? nothingSkipped;
  if (records === skipped.records && panes === skipped.panes && others === skipped.others) return before;
  if (before.size >= attemptsMax && !before.has(attempt)) return before;
  return new Map(before).set(attempt, skipped);
}

function appended<T>(before: readonly T[], added: readonly T[]): readonly T[] {
  if (added.length === 0) return before;
  return [...before, ...added].slice(-timeLimit);
}

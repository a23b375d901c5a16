/**
 * Watermarks of sources by split:
 *
 * - no record of a split that is never idle comes behind a watermark above the one that its split had by the record
 *   before: whatever the other splits say, nobody passes it. Which split a record of a generator is of, its number tells;
 * - no idle split holds back the others: the watermark of a source is at least the least of its splits that are not idle, as
 *   it says itself; if one has ended, an interval later.
 */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../../base/units.ts';
import type { ChannelId } from '../../../../engine/graph/plan.ts';
import { BufferReader } from '../../../../engine/wire/codec.ts';
import type { WireBuffer } from '../../../../engine/wire/buffer.ts';
import { rowsOf } from '../../../../engine/wire/batch.ts';
import type { SubtaskGauges } from '../../../../engine/wire/reports.ts';
import type { SourceDrawing } from '../drawing.ts';
import { outOfOrdernessMs } from '../items.ts';
import { sourceItems } from '../oracle.ts';
import { isNeverIdle } from '../times.ts';
import { attemptKey } from './checker.ts';
import type { CheckedRun, Checker } from './checker.ts';

/** Beside the interval: a slow subtask. */
const patienceMs = 200;

/** What is known of the records on the channels of one source. */
interface Origin {
  readonly reader: BufferReader;
  /** The highest watermark that may come before a record of this number. */
  readonly most: ReadonlyMap<number, number>;
}

export const splits: Checker = {
  name: 'splits',
  watch(run) {
    const origins = originsOf(run);
    const newest = new Map<string, number>();
    const behind = new Map<string, { readonly since: number; readonly watermark: number }>();
    const splitsOf = splitCounts(run);
    const look = (line: string, { reader, most }: Origin, buffer: WireBuffer): void => {
      const batch = reader.read(buffer);
      const ids = batch === null ? [] : rowsOf(batch).map((row) => Number(row['id']));
      let row = 0;
      const rowsUpTo = (end: number): void => {
        for (; row < end; row++) {
          const id = ids[row] as number;
          const watermark = newest.get(line) ?? MIN_EVENT_TIME;
          if (watermark > (most.get(id) ?? MAX_EVENT_TIME))
            run.finding(`${line}: record ${id} comes behind watermark ${watermark}, its split having ${most.get(id)}`);
        }
      };
      for (const { after, event } of buffer.events) {
        rowsUpTo(after);
        if (event.kind === 'watermark') newest.set(line, event.time);
      }
      rowsUpTo(buffer.rows);
    };
    return {
      onEffects(from, effects) {
        const who = attemptKey(from);
        for (const effect of effects) {
          if (effect.kind === 'send') {
            const origin = origins.get(effect.channel);
            if (origin !== undefined) look(`${who} on ${effect.channel}`, origin, effect.buffer);
          }
          if (effect.kind !== 'report' || effect.report.kind !== 'gauges') continue;
          const { gauges, at: now } = effect.report;
          const held = heldBack(gauges);
          const before = behind.get(who);
          const all = gauges.source?.splits?.length === splitsOf(from.id);
          if (held === null) behind.delete(who);
          else if (!all && before?.watermark !== held.watermark)
            behind.set(who, { since: now, watermark: held.watermark });
          else if (all || now - (before?.since ?? now) > patienceMs + (run.drawing.settings.watermarkIntervalMs ?? 0))
            run.finding(
              `${who} has watermark ${held.watermark}, though its splits that are not idle have ${held.least}`,
            );
        }
      },
    };
  },
};

/** Of a subtask of a source: how many splits it reads, if none has ended. */
function splitCounts({ drawing, plan }: CheckedRun): (subtask: string) => number {
  return (subtask) => {
    const planned = plan.subtasks.find(({ id }) => id === subtask);
    const vertex = plan.jobGraph.vertices.find(({ id }) => id === planned?.vertex);
    const source = drawing.sources.find((_, i) => vertex?.operators[0]?.node === `source${i}`);
    const of = source?.times?.splits ?? 0;
    return Array.from({ length: of }, (_, i) => i).filter((i) => i % (vertex?.parallelism ?? 1) === planned?.index)
      .length;
  };
}

/** Null: it is not behind its splits. */
function heldBack({ source, operators }: SubtaskGauges): { watermark: number; least: number } | null {
  const active = source?.splits?.filter(({ idle }) => !idle) ?? [];
  const watermark = operators[0]?.watermark ?? MIN_EVENT_TIME;
  if (active.length === 0) return null;
  const least = Math.min(...active.map((split) => split.watermark));
  return watermark < least ? { watermark, least } : null;
}

/** The channels on which the records of generators come as they were made. */
function originsOf({ drawing, plan }: CheckedRun): ReadonlyMap<ChannelId, Origin> {
  const origins = new Map<ChannelId, Origin>();
  drawing.sources.forEach((source, index) => {
    const most = mostOf(source, index);
    const id = `source${index}`;
    const vertex = plan.jobGraph.vertices.find(({ operators }) => operators.at(-1)?.node === `${id} shape`);
    if (most === null || vertex?.operators.length !== 2) return;
    for (const edge of plan.jobGraph.edges.filter(({ from }) => from === vertex.id))
      for (const channel of plan.channels.filter((one) => one.edge === edge.edge))
        origins.set(channel.id, { reader: new BufferReader(edge.type.schema), most });
  });
  return origins;
}

/** Null: nothing is certain of them. */
function mostOf(source: SourceDrawing, index: number): ReadonlyMap<number, number> | null {
  const { kind, parallelism, times } = source;
  const strategy = times?.watermarks ?? 'bounded';
  if (kind !== 'generator' || strategy === 'ingestion' || strategy === 'none' || !isNeverIdle(source)) return null;
  const apart = (times?.splits ?? 0) > 0 ? (times?.splits ?? 0) : parallelism;
  const bound = times?.boundMs ?? outOfOrdernessMs;
  const items = sourceItems(source, index);
  return new Map(
    items.map(({ id }, n) => {
      const before = items[n - apart];
      return [id, before === undefined ? MIN_EVENT_TIME : before.time - bound];
    }),
  );
}

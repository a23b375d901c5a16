/**
 * Idle inputs, by what arrived on the channels of a subtask and by the watermark that it says it has (Flink:
 * StatusWatermarkValve, CombinedWatermarkStatus):
 *
 * - none that has never been idle is passed: the watermark is at most the least of theirs, and where all have been idle at
 *   some time, at most the greatest of all;
 * - none that is idle holds it back: when all that arrived is worked off, it is at least the least of those that are not.
 *
 * Whoever was restored with in-flight data has watermarks that this has not seen, and is left out.
 */
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../../base/units.ts';
import type { ChannelId, ExecutionGraph } from '../../../../engine/graph/plan.ts';
import type { WireBuffer } from '../../../../engine/wire/buffer.ts';
import type { SubtaskGauges } from '../../../../engine/wire/reports.ts';
import { at, attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

/** Idle for so long with nothing left to do: whatever it had to pass on is out. */
const settledMs = 20;

class Channel {
  watermark: number = MIN_EVENT_TIME;
  idle = false;
  everIdle = false;
  buffers = 0;

  take({ events }: WireBuffer): void {
    this.buffers++;
    for (const { event } of events) {
      // What an idle channel says of time does not count.
      if (event.kind === 'watermark' && !this.idle) this.watermark = Math.max(this.watermark, event.time);
      if (event.kind === 'idle' || event.kind === 'active') this.idle = event.kind === 'idle';
      this.everIdle ||= this.idle;
    }
  }
}

interface Receiver {
  readonly channels: Map<ChannelId, Channel>;
  /** It was restored with data that this has not seen. */
  unknown: boolean;
  /** It was behind when it had worked off so many buffers, and had been idle for so long. */
  behind: { readonly buffers: number; readonly idleMs: number } | null;
}

export const idleness: Checker = {
  name: 'idleness',
  watch({ plan, finding }) {
    const inputs = inputsOf(plan);
    const receivers = new Map<string, Receiver>();
    const of = (key: string): Receiver =>
      at(receivers, key, () => ({ channels: new Map(), unknown: false, behind: null }));
    return {
      onDeploy({ plan: { id }, attempt, restore }) {
        const { handles = [] } = restore ?? {};
        of(attemptKey({ id, attempt })).unknown = handles.some(({ place }) => place.kind === 'input');
      },
      onMessage(to, message) {
        if (message.kind !== 'buffer') return;
        at(of(attemptKey(to)).channels, message.channel, () => new Channel()).take(message.buffer);
      },
      onEffects(from, effects) {
        const channels = inputs.get(from.id);
        if (channels === undefined) return;
        for (const effect of effects) {
          if (effect.kind !== 'report' || effect.report.kind !== 'gauges') continue;
          const receiver = of(attemptKey(from));
          if (receiver.unknown) continue;
          const text = judged(receiver, channels, effect.report.gauges);
          if (text !== null) finding(`${attemptKey(from)} ${text}`);
        }
      },
    };
  },
};

/** Of the subtasks whose watermark comes from their inputs. */
function inputsOf({ jobGraph, subtasks, channels }: ExecutionGraph): ReadonlyMap<string, readonly ChannelId[]> {
  const inputs = new Map<string, readonly ChannelId[]>();
  for (const { id, vertex } of subtasks) {
    const head = jobGraph.vertices.find((one) => one.id === vertex)?.operators[0];
    const mine = channels.filter(({ to }) => to === id).map((channel) => channel.id);
    // An assigner in mid-stream has a watermark of its own.
    if (mine.length > 0 && head?.kind !== 'watermarks') inputs.set(id, mine);
  }
  return inputs;
}

function judged(receiver: Receiver, ids: readonly ChannelId[], gauges: SubtaskGauges): string | null {
  const channels = ids.map((id) => at(receiver.channels, id, () => new Channel()));
  const watermark = gauges.operators[0]?.watermark ?? MIN_EVENT_TIME;
  const always = channels.filter(({ everIdle }) => !everIdle);
  const most = always.length > 0 ? least(always) : Math.max(...channels.map((channel) => channel.watermark));
  if (watermark > most) return `has watermark ${watermark}, though no more than ${most} came on all that counts`;
  const active = channels.filter(({ idle }) => !idle);
  const arrived = channels.reduce((sum, { buffers }) => sum + buffers, 0);
  const consumed = gauges.inputs.reduce((sum, { consumedBuffers }) => sum + consumedBuffers, 0);
  if (active.length === 0 || consumed < arrived || watermark >= least(active)) {
    receiver.behind = null;
    return null;
  }
  const { behind } = receiver;
  if (behind?.buffers !== arrived) receiver.behind = { buffers: arrived, idleMs: gauges.idleMs };
  else if (gauges.idleMs - behind.idleMs >= settledMs)
    return `has watermark ${watermark}, though all that is not idle has brought ${least(active)}`;
  return null;
}

const least = (channels: readonly Channel[]): number =>
  Math.min(MAX_EVENT_TIME, ...channels.map(({ watermark }) => watermark));

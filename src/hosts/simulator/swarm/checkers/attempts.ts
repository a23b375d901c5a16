/**
 * Attempts: a channel serves one attempt of the sender and one of the receiver, every buffer of it is sent in sequence,
 * attempts are never numbered twice, and of none the coordinator says what it was not told by this very one.
 */
import type { CoordinatorMessage } from '../../../../engine/wire/messages.ts';
import type { Report } from '../../../../engine/wire/reports.ts';
import { at, attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

export const attempts: Checker = {
  name: 'attempts',
  watch({ finding }) {
    const partners = new Map<string, string>();
    const sequences = new Map<string, number>();
    const newest = new Map<string, number>();
    const told = new Set<string>();
    return {
      onDeploy({ plan, attempt }) {
        const before = newest.get(plan.id) ?? 0;
        if (attempt <= before) finding(`attempt ${attempt} of ${plan.id} was deployed after attempt ${before}`);
        newest.set(plan.id, attempt);
      },
      onCoordinator(message) {
        for (const state of statesIn(message)) told.add(state);
      },
      onReport(report) {
        const state = stateIn(report);
        if (state !== null && !told.has(state)) finding(`the coordinator says ${state}, and nobody told it`);
      },
      onArrival(from, to, channel) {
        const pairs = [
          [`${attemptKey(to)} < ${channel}`, attemptKey(from)],
          [`${attemptKey(from)} > ${channel}`, attemptKey(to)],
        ] as const;
        for (const [end, partner] of pairs) {
          const known = at(partners, end, () => partner);
          if (known !== partner) finding(`${channel} serves two attempts: ${end} knows ${known} and ${partner}`);
        }
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind !== 'send') continue;
          const { buffer, channel } = effect;
          const line = `${attemptKey(from)} ${channel} ${buffer.priority === true}`;
          const due = sequences.get(line) ?? 0;
          if (buffer.sequence !== due) finding(`${line} sent buffer ${buffer.sequence} where ${due} was due`);
          sequences.set(line, due + 1);
        }
      },
    };
  },
};

/** What is heard of an attempt. One that is lost, or that ends without having been asked to, has failed. */
function statesIn(message: CoordinatorMessage): string[] {
  if (message.kind !== 'lost' && message.kind !== 'task-state') return [];
  const who = attemptKey({ id: message.subtask, attempt: message.attempt });
  if (message.kind === 'lost') return [`${who} is failed`];
  return message.state === 'cancelled' ? [`${who} is cancelled`, `${who} is failed`] : [`${who} is ${message.state}`];
}

/** What the coordinator can only have heard; of silence it draws conclusions itself. */
function stateIn(report: Report): string | null {
  if (report.kind !== 'task-state') return null;
  const { subtask, attempt, state, failure } = report;
  if (state === 'created' || state === 'deploying' || state === 'cancelled') return null;
  if (failure?.code === 'heartbeat-timeout' || failure?.code === 'worker-unavailable') return null;
  return `${attemptKey({ id: subtask, attempt })} is ${state}`;
}

/**
 * Two-phase commit: a transaction is committed only when it was prepared before its subtask acknowledged a checkpoint that
 * is complete; and whatever a completed checkpoint covers is never aborted.
 */
import type { SubtaskId } from '../../../../engine/graph/plan.ts';
import type { TransactionRequest } from '../../../../engine/wire/requests.ts';
import { at, attemptKey } from './checker.ts';
import type { Checker } from './checker.ts';

export const commits: Checker = {
  name: 'commits',
  acrossRuns: true,
  watch({ guarantee, finding }) {
    if (guarantee === 'off') return {};
    const asked = new Map<string, TransactionRequest>();
    /** Prepared and confirmed, by subtask. */
    const prepared = new Map<SubtaskId, Set<string>>();
    const covered = new Map<string, ReadonlySet<string>[]>();
    const mayCommit = new Set<string>();
    return {
      onMessage(to, message) {
        if (message.kind !== 'answer' || message.answer.kind !== 'done') return;
        const request = asked.get(`${attemptKey(to)} ${message.request}`);
        if (request?.step.kind === 'prepare') at(prepared, to.id, () => new Set()).add(request.transaction);
      },
      onEffects(from, effects) {
        for (const effect of effects) {
          if (effect.kind === 'acknowledge') {
            const place = `${effect.checkpoint} ${from.id}`;
            at(covered, place, () => []).push(new Set(prepared.get(from.id)));
          }
          if (effect.kind !== 'request' || effect.body.kind !== 'transaction') continue;
          const { transaction, step } = effect.body;
          asked.set(`${attemptKey(from)} ${effect.request}`, effect.body);
          const who = attemptKey(from);
          if (step.kind === 'commit' && !mayCommit.has(transaction)) {
            finding(`${who} asked to commit ${transaction}, which no completed checkpoint covers`);
          }
          if (step.kind === 'abort' && mayCommit.has(transaction)) {
            finding(`${who} asked to abort ${transaction}, which a completed checkpoint covers`);
          }
        }
      },
      onCompleted({ checkpoint, subtasks }) {
        for (const { subtask } of subtasks) {
          for (const set of covered.get(`${checkpoint} ${subtask}`) ?? []) for (const name of set) mayCommit.add(name);
        }
      },
    };
  },
};

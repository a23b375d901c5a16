/**
 * Deploys the subtasks of a job, and again what failed: with the subtasks of its failover region, after the delay of the
 * restart strategy, from the newest usable checkpoint. One round at a time: a failure meanwhile begins another one, for
 * what failed now and what had not come up yet. All of it after Flink's DefaultScheduler and ExecutionFailureHandler.
 */
import { present } from '../../../base/assert.ts';
import type { SubtaskId } from '../../graph/plan.ts';
import type { CheckpointMetadata, Restore } from '../../wire/checkpoints.ts';
import type { Failure } from '../../wire/failures.ts';
import type { Deployment } from '../../wire/messages.ts';
import type { CoordinatorAnswer } from '../../wire/requests.ts';
import type { CheckpointCoordinator } from '../checkpoints/checkpoint-coordinator.ts';
import { mayRestart, noCheckpoint, restoreMismatch } from '../failures.ts';
import { cancelTimeoutMs, deploymentTimeoutMs, storeTimeoutMs } from '../limits.ts';
import type { Outbox } from '../outbox.ts';
import { restartPolicies } from '../restart/list.ts';
import type { RestartDecision, RestartPolicy } from '../restart/strategy.ts';
import type { RunningJob } from '../running-job.ts';
import { sentences } from '../sentences.ts';
import { isOver } from '../tasks.ts';
import { regionsOf } from './regions.ts';
import { restoresOf } from './restores.ts';
import type { Round } from './round.ts';

/** What a round asks of the coordinator. */
export interface RoundEvents {
  /** It cannot go on. */
  readonly hopeless: (failure: Failure) => void;
  /** This task's Worker did not come up. */
  readonly unavailable: (id: SubtaskId) => void;
  /** All of the round's tasks were told to start. */
  readonly started: (recovery: number | null) => void;
}

export class Rounds {
  private readonly job: RunningJob;
  private readonly outbox: Outbox;
  private readonly checkpoints: CheckpointCoordinator;
  private readonly events: RoundEvents;
  private readonly policy: RestartPolicy;
  private readonly regions: ReadonlyMap<SubtaskId, readonly SubtaskId[]>;
  private round: Round | null = null;
  private recoveries = 0;
  /** The store was asked what it holds, and has not answered. */
  private listing = false;
  /** The savepoint that the run began from: the oldest of what can be restored. */
  private savepoint: CheckpointMetadata | null = null;
  private savepointDamaged = false;

  constructor(job: RunningJob, outbox: Outbox, checkpoints: CheckpointCoordinator, events: RoundEvents) {
    const { settings } = job.graph.jobGraph;
    this.job = job;
    this.outbox = outbox;
    this.checkpoints = checkpoints;
    this.events = events;
    this.policy = restartPolicies[settings.restartStrategy](settings);
    this.regions = regionsOf(job.graph);
  }

  // The first round

  /** `savepoint`: the oldest of what can be restored. `fromStore`: the newest checkpoint there is to be used. */
  begin(savepoint: CheckpointMetadata | null, fromStore: boolean): void {
    this.savepoint = savepoint;
    if (savepoint !== null) this.checkpoints.continueAfter(savepoint.checkpoint);
    const since = this.outbox.jobTime;
    this.round = {
      recovery: null,
      subtasks: new Set(this.job.tasks.all()),
      delayUntil: since,
      since,
      phase: { kind: 'choosing', deadline: this.outbox.now + storeTimeoutMs },
    };
    if (fromStore) {
      this.listing = true;
      this.outbox.request({ kind: 'list-checkpoints' }, (answer) => this.listed(answer));
    }
    this.advance();
  }

  private listed(answer: CoordinatorAnswer): void {
    if (answer.kind !== 'checkpoints') {
      const reason = answer.kind === 'failed' ? answer.reason : 'it gave no list';
      return this.events.hopeless(noCheckpoint(sentences.storeFailed(reason)));
    }
    this.listing = false;
    this.checkpoints.retained.adopt(answer.checkpoints);
    for (const { checkpoint } of answer.checkpoints) this.checkpoints.continueAfter(checkpoint);
    this.advance();
  }

  // Failures

  /** A task of the round that is told to end anyway: that it ends, and how, is no news. */
  cancels(id: SubtaskId): boolean {
    return this.round?.phase.kind === 'cancelling' && this.round.subtasks.has(id);
  }

  /** Begins a recovery. False: the job is not to be restarted. `id` null: the failure is the whole job's. */
  recover(failure: Failure, id: SubtaskId | null): boolean {
    const decision = this.decide(failure);
    if (decision.kind === 'give-up') return false;
    this.checkpoints.interrupt({ kind: 'failover', subtask: id });
    const subtasks = this.scopeOf(id);
    const all = subtasks.size === this.job.tasks.size;
    const { delayMs, text } = decision;
    this.recoveries += 1;
    const since = this.outbox.jobTime;
    this.outbox.recovery({
      kind: 'detected',
      recovery: this.recoveries,
      failure,
      subtasks: [...subtasks],
      scope: all ? 'job' : 'region',
      strategy: text,
      delayMs,
    });
    this.outbox.log('warning', sentences.restarting(subtasks.size, all, delayMs, text));
    const phase = { kind: 'cancelling', deadline: this.outbox.now + cancelTimeoutMs } as const;
    this.round = { recovery: this.recoveries, subtasks, delayUntil: since + delayMs, since, phase };
    this.job.move('restarting');
    this.job.cancel([...subtasks]);
    this.advance();
    return true;
  }

  private decide(failure: Failure): RestartDecision {
    if (this.isDamage(failure)) return { kind: 'restart', delayMs: 0, text: 'an older checkpoint is used' };
    if (!mayRestart(failure)) return { kind: 'give-up' };
    return this.policy.failed(this.outbox.jobTime);
  }

  /** State that is missing is no failure of the job: it costs no attempt, and each checkpoint can be damaged once. */
  private isDamage({ code, details }: Failure): boolean {
    const { checkpoint, reason } = details;
    if (code !== 'state-missing' || typeof checkpoint !== 'number') return false;
    const isSavepoint = checkpoint === this.savepoint?.checkpoint;
    if (isSavepoint && this.savepointDamaged) return false;
    if (isSavepoint) this.savepointDamaged = true;
    else if (!this.checkpoints.retained.markUnusable(checkpoint)) return false;
    this.outbox.checkpoint({ kind: 'unusable', checkpoint, reason: String(reason) });
    this.outbox.log('warning', sentences.unusable(checkpoint, String(reason)));
    return true;
  }

  /** The region of the task, or all; and what the last round had not brought up. */
  private scopeOf(id: SubtaskId | null): Set<SubtaskId> {
    const { tasks, graph } = this.job;
    const full = id === null || graph.jobGraph.settings.failover === 'full';
    const failed = new Set(full ? tasks.all() : this.regions.get(id));
    return new Set(tasks.all().filter((each) => failed.has(each) || this.round?.subtasks.has(each) === true));
  }

  /** The job ends: nothing is deployed any more. */
  abandon(): void {
    this.round = null;
  }

  // Phases

  get active(): boolean {
    return this.round !== null;
  }

  /** Goes through as many phases as can be. */
  advance(): void {
    let before;
    do {
      before = this.round?.phase;
      this.pass();
    } while (this.round !== null && this.round.phase !== before);
  }

  private pass(): void {
    const { round } = this;
    if (round === null) return;
    switch (round.phase.kind) {
      case 'cancelling':
        return this.cancelled(round);
      case 'delaying':
        if (this.outbox.jobTime >= round.delayUntil) this.set(round, 'choosing', storeTimeoutMs);
        return;
      case 'choosing':
        if (!this.listing && !this.checkpoints.completing) this.choose(round);
        return;
      case 'deploying':
        if (this.job.tasks.allDeployed()) this.start(round);
        return;
      case 'restoring':
        return this.running(round);
    }
  }

  private set(round: Round, kind: 'choosing' | 'deploying', timeoutMs: number): void {
    round.phase = { kind, deadline: this.outbox.now + timeoutMs };
  }

  private cancelled(round: Round): void {
    if ([...round.subtasks].some((id) => !isOver(this.job.tasks.state(id)))) return;
    for (const id of round.subtasks) this.job.terminate(id);
    this.outbox.recovery({ kind: 'cancelled', recovery: numberOf(round) });
    round.phase = { kind: 'delaying', until: round.delayUntil };
  }

  private choose(round: Round): void {
    const chosen = this.newest(round);
    if (chosen === 'none-usable') return this.events.hopeless(noCheckpoint(sentences.allUnusable()));
    const restores = chosen === null ? null : restoresOf(chosen, this.job.graph);
    if (chosen !== null && restores?.ok === false) {
      return this.events.hopeless(restoreMismatch(chosen.checkpoint, restores.error));
    }
    if (round.recovery !== null) {
      this.outbox.recovery({ kind: 'chosen', recovery: round.recovery, checkpoint: chosen?.checkpoint ?? null });
    }
    this.tellChosen(round, chosen);
    this.deploy(round, restores?.ok === true ? restores.value : new Map());
  }

  /** Null: the beginning, since there never was anything else, or the offsets of a job without checkpoints. */
  private newest(round: Round): CheckpointMetadata | 'none-usable' | null {
    const { retained } = this.checkpoints;
    const off = this.job.graph.jobGraph.settings.checkpointMode === 'off';
    if (off && round.recovery !== null && this.job.offsets.size > 0) return null;
    const latest = retained.latest() ?? (this.savepointDamaged ? null : this.savepoint);
    if (latest !== null) return latest;
    return retained.hadAny || this.savepoint !== null ? 'none-usable' : null;
  }

  private tellChosen(round: Round, chosen: CheckpointMetadata | null): void {
    if (chosen !== null) this.outbox.log('info', sentences.restored(chosen.checkpoint));
    else if (round.recovery !== null) {
      this.outbox.log('info', this.job.offsets.size > 0 ? sentences.fromOffsets() : sentences.fromBeginning());
    }
  }

  private deploy(round: Round, restores: ReadonlyMap<SubtaskId, Restore>): void {
    const { job } = this;
    const deployments = [...round.subtasks].map((id): Deployment => {
      if (round.recovery !== null) job.tasks.renew(id);
      const plan = present(job.plans.get(id), `the plan of ${id}`);
      const restore = restores.get(id) ?? null;
      const offsets = restore === null ? (job.offsets.get(id) ?? null) : null;
      const attempt = job.tasks.attempt(id);
      return { plan, attempt, restore, offsets, recovery: round.recovery, faults: job.faultsOf(plan) };
    });
    for (const id of round.subtasks) job.moveTask(id, 'deploying');
    this.set(round, 'deploying', deploymentTimeoutMs);
    this.outbox.push({ kind: 'deploy', tasks: deployments });
  }

  private start(round: Round): void {
    if (round.recovery !== null) this.outbox.recovery({ kind: 'deployed', recovery: round.recovery });
    round.phase = { kind: 'restoring' };
    const { tasks } = this.job;
    const ready = tasks.open().filter((id) => !tasks.isStarted(id));
    this.job.move('running');
    this.events.started(round.recovery);
    for (const id of ready) this.job.start(id);
    if (this.job.stopAsked) this.job.stop();
  }

  private running(round: Round): void {
    if (!this.job.tasks.allRunningOrFinished()) return;
    this.round = null;
    if (round.recovery !== null) {
      this.outbox.recovery({ kind: 'running', recovery: round.recovery });
      this.outbox.log('info', sentences.recovered(((this.outbox.jobTime - round.since) / 1000).toFixed(1)));
    }
    this.checkpoints.start();
  }

  // Time

  checkTime(): void {
    const { round } = this;
    if (round === null) return;
    const { phase } = round;
    if ('deadline' in phase && this.outbox.now >= phase.deadline) this.outOfPatience(round);
    else this.advance();
  }

  private outOfPatience({ phase, subtasks }: Round): void {
    const { tasks } = this.job;
    const open = [...subtasks].filter((id) => !isOver(tasks.state(id)));
    if (phase.kind === 'cancelling') {
      for (const id of open) {
        this.outbox.log('warning', sentences.taskEnded(tasks.name(id)), id);
        this.job.end(id);
      }
      this.advance();
    } else if (phase.kind === 'choosing') {
      this.events.hopeless(noCheckpoint(sentences.storeSilent(storeTimeoutMs / 1000)));
    } else {
      const missing = open.find((id) => !tasks.isDeployed(id));
      this.events.unavailable(present(missing, 'a subtask that is not deployed'));
    }
  }

  /** Host time of the next thing to do; Infinity for none. */
  nextTime(): number {
    const phase = this.round?.phase;
    if (phase === undefined || phase.kind === 'restoring') return Infinity;
    return phase.kind === 'delaying' ? this.outbox.hostTime(phase.until) : phase.deadline;
  }
}

const numberOf = (round: Round): number => present(round.recovery, 'the number of the recovery');

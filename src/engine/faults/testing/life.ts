/**
 * A cluster that only goes through the motions: attempts, records, buffers, credits, checkpoints, restores. Injectors are
 * called as a host must call them, verdicts and actions are carried out as far as the motions go, and all is noted.
 */
import type { Fault } from '../../graph/faults.ts';
import type { SubtaskEffect, SubtaskMessage } from '../../wire/messages.ts';
import { ClusterInjector } from '../cluster-injector.ts';
import type { HostAction, Verdict } from '../fault.ts';
import { SubtaskInjector } from '../injector.ts';
import { faultTable } from '../list.ts';
import * as given from './fixture.ts';

const all = given.graph.subtasks.map(({ id }) => id);
const recordsPerRound = 10;

interface Task {
  readonly injector: SubtaskInjector;
  records: number;
}

export class Life {
  readonly strikes: string[] = [];
  readonly verdicts: Verdict[] = [];
  readonly actions: HostAction[] = [];
  readonly thrown: unknown[] = [];
  slowest = 1;
  stalls = 0;
  private readonly cluster: ClusterInjector;
  private readonly tasks = new Map<string, Task>();
  private readonly attempts = new Map<string, number>();
  private now = 0;
  private checkpoint = 0;
  private sequence = 0;

  constructor(...faults: Fault[]) {
    this.cluster = new ClusterInjector({
      graph: given.graph,
      faults,
      table: faultTable,
      onEvent: (event) => event.kind === 'struck' && this.strikes.push(event.text),
    });
  }

  /** Each brings 10 records a subtask and one checkpoint; in every fifth all Workers are replaced. */
  rounds(count: number): this {
    for (let round = 0; round < count; round++) {
      this.now += 100;
      this.obey(this.cluster.due(this.now));
      if (round % 5 === 4) for (const id of all) this.kill(id);
      for (const id of all) if (!this.tasks.has(id)) this.deploy(id);
      for (const id of all) this.work(id);
      this.takeCheckpoint();
    }
    return this;
  }

  private deploy(id: string): void {
    const attempt = (this.attempts.get(id) ?? 0) + 1;
    this.attempts.set(id, attempt);
    const deployment = given.deployment(id, attempt, this.checkpoint > 0 ? this.checkpoint : null);
    this.obey(this.cluster.onCoordinatorEffect(given.deploy(deployment), this.now));
    const onStrike = (fault: string, text: string) => this.obey(this.cluster.struck(fault, id, text));
    const faults = this.cluster.deploying(deployment);
    const injector = new SubtaskInjector(deployment.plan, faults, faultTable, onStrike);
    this.tasks.set(id, { injector, records: 0 });
    this.obey(this.cluster.onCoordinatorMessage(given.deployed(id, attempt), this.now));
    if (deployment.restore !== null) this.effect(id, given.readState);
  }

  private work(id: string): void {
    const task = this.tasks.get(id);
    if (task === undefined) return;
    this.message(id, { kind: 'run' });
    const { injector } = task;
    this.slowest = Math.max(this.slowest, injector.task.slowness().factor);
    if (injector.task.stalled()) {
      this.stalls++;
      return;
    }
    try {
      injector.task.beforeRecords(given.batch(recordsPerRound, task.records), task.records);
    } catch (error) {
      this.thrown.push(error);
      return this.kill(id);
    }
    task.records += recordsPerRound;
    for (const channel of given.planOf(id).outputs.flatMap((output) => output.channels)) {
      this.effect(id, given.send(channel, this.sequence++, recordsPerRound));
      this.message(id, { kind: 'credit', channel, grant: { credits: 1, segments: [] } });
    }
  }

  private takeCheckpoint(): void {
    const checkpoint = ++this.checkpoint;
    const awaits = [...this.tasks.keys()];
    this.obey(this.cluster.onCoordinatorEffect(given.triggered(checkpoint, awaits), this.now));
    let open = awaits.length;
    for (const id of awaits) {
      this.effect(id, given.writeState(checkpoint));
      if (!this.effect(id, given.acknowledge(checkpoint))) continue;
      this.obey(this.cluster.onCoordinatorMessage(given.acknowledged(id, checkpoint), this.now));
      open--;
    }
    if (open > 0) return;
    this.obey(this.cluster.onCoordinatorEffect(given.completing(checkpoint), this.now));
    this.obey(this.cluster.onCoordinatorEffect(given.completed(checkpoint), this.now));
    for (const id of awaits) {
      this.obey(this.cluster.onCoordinatorEffect(given.notify(id, checkpoint), this.now));
      this.message(id, { kind: 'command', command: { kind: 'checkpoint-complete', checkpoint } });
    }
  }

  private message(id: string, message: SubtaskMessage): boolean {
    return this.judge(id, this.tasks.get(id)?.injector.onMessage(message, this.now));
  }

  private effect(id: string, effect: SubtaskEffect): boolean {
    return this.judge(id, this.tasks.get(id)?.injector.onEffect(effect, this.now));
  }

  /** Whether the thing in hand goes its way. */
  private judge(id: string, verdict: Verdict | undefined): boolean {
    if (verdict === undefined) return false;
    if (verdict.kind === 'pass') return true;
    this.verdicts.push(verdict);
    if (verdict.kind === 'crash' || verdict.kind === 'hang') this.kill(id);
    return verdict.kind === 'crash' && verdict.when === 'after';
  }

  private obey(actions: readonly HostAction[]): void {
    for (const action of actions) {
      this.actions.push(action);
      if (action.kind === 'crash-subtasks') for (const id of action.subtasks) this.kill(id);
      else if (action.kind === 'arm') {
        for (const id of action.subtasks) this.tasks.get(id)?.injector.arm(action.fault);
      } else if (action.kind === 'used-up') for (const task of this.tasks.values()) task.injector.useUp(action.fault);
    }
  }

  private kill(id: string): void {
    if (!this.tasks.delete(id)) return;
    const attempt = this.attempts.get(id) ?? 1;
    const failure = { code: 'worker-killed', details: { subtask: id } } as const;
    this.obey(this.cluster.onCoordinatorMessage({ kind: 'lost', subtask: id, attempt, failure }, this.now));
  }
}

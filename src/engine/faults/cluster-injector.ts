/**
 * The faults of a run as a whole. A host makes one `ClusterInjector` per run, which outlives attempts and the
 * coordinator, and calls it so. What it returns is carried out at once, in order, before the thing in hand:
 *
 * - `deploying(deployment)` once per deployment: the faults for its SubtaskInjector;
 * - `onCoordinatorMessage` before each message to the coordinator, `onCoordinatorEffect` before each of its effects. If
 *   `crash-coordinator` comes back, the thing in hand and all other effects of that step are lost;
 * - `due(now)` when the time of `nextAt()` has come, and once at the beginning;
 * - `struck(fault, subtask, text)` for every strike that a SubtaskInjector tells of;
 * - `inject` and `remove` for what a person does (`Run.inject`, `Run.removeFault`), beside the coordinator's commands
 *   `inject` and `remove-fault`.
 *
 * `now` is job time: ms since the run began, standing still while it is paused. `onEvent` gets what is armed, strikes
 * (of the host and of subtasks alike) and is removed; the host reports it (`{kind: 'fault', event}`). `strikes` are to
 * be kept over a reload of the page and given again, or a fault that reloads the page would do so for ever.
 *
 * A fault waits until it can strike: a Worker must be up to be killed, a checkpoint completed to be damaged. One with
 * `times` > 1 and no trigger but time strikes again as soon as it can.
 */
import * as z from 'zod/mini';
import { concerns } from '../graph/fault-targets.ts';
import type { Fault, FaultId } from '../graph/faults.ts';
import type { ExecutionGraph, SubtaskId } from '../graph/plan.ts';
import type { CoordinatorEffect, CoordinatorMessage, Deployment } from '../wire/messages.ts';
import type { FaultEvent, Report, TaskState } from '../wire/reports.ts';
import { checkFault } from './check-fault.ts';
import { isHosts, subtasksConcerned } from './concern.ts';
import { CoordinatorPoints } from './coordinator-points.ts';
import type { CoordinatorMoment } from './coordinator-points.ts';
import type { FaultDefinition, FaultTable, HostAction } from './fault.ts';
import { nameOfSubtask } from './subtask-name.ts';
import { placeOf } from './worker-fate.ts';

export interface ClusterInjectorOptions {
  readonly graph: ExecutionGraph;
  readonly faults: readonly Fault[];
  readonly table: FaultTable;
  readonly onEvent: (event: FaultEvent) => void;
  /** Of an earlier life of the run. */
  readonly strikes?: ReadonlyMap<FaultId, number>;
}

interface Entry {
  readonly fault: Fault;
  readonly definition: FaultDefinition;
  readonly params: object;
  readonly subtasks: readonly SubtaskId[];
  strikes: number;
  /** Its time has come: `at` has become `now`. */
  ripe: boolean;
  /** Occurrences of its protocol point; restores are counted by subtask. */
  occurrences: number;
  readonly restores: Map<SubtaskId, number>;
}

export class ClusterInjector {
  private readonly options: ClusterInjectorOptions;
  private readonly entries = new Map<FaultId, Entry>();
  private readonly points = new CoordinatorPoints();
  /** Subtasks whose Workers are up. */
  private readonly up = new Set<SubtaskId>();
  private coordinatorUp = false;
  private undamaged = false;
  private now = 0;

  constructor(options: ClusterInjectorOptions) {
    this.options = options;
    for (const fault of options.faults) this.add(fault, options.strikes?.get(fault.id) ?? 0);
  }

  /** Strikes so far by fault. */
  get strikes(): ReadonlyMap<FaultId, number> {
    return new Map([...this.entries].map(([id, { strikes }]) => [id, strikes]));
  }

  inject(fault: Fault, now: number): HostAction[] {
    this.now = now;
    const entry = this.add(fault, 0);
    if (entry === null) return [];
    return [...this.armNow(entry), ...this.ripen()];
  }

  remove(fault: FaultId): HostAction[] {
    if (!this.entries.delete(fault)) return [];
    this.options.onEvent({ kind: 'removed', fault });
    return [{ kind: 'disarm', fault }];
  }

  /** Faults for the injector of this attempt, with what is left of their `times`. */
  deploying({ plan, restore }: Deployment): Fault[] {
    return [...this.entries.values()].flatMap((entry) => {
      if (spent(entry) || !concerns(entry.fault, plan)) return [];
      const { when } = entry.fault;
      if (when.kind === 'point' && when.point === 'during-restore' && restore !== null && !isHostsOwn(entry)) {
        const restores = (entry.restores.get(plan.id) ?? 0) + 1;
        entry.restores.set(plan.id, restores);
        return restores % when.n === 0 ? [{ ...remaining(entry), when: { ...when, n: 1 } }] : [];
      }
      const fault = remaining(entry);
      return isHosts(fault, entry.definition) ? [] : [fault];
    });
  }

  struck(fault: FaultId, subtask: SubtaskId, text: string): HostAction[] {
    const entry = this.entries.get(fault);
    if (entry === undefined) return [];
    const actions = this.count(entry, text, subtask);
    const { spreads, action } = entry.definition;
    return spreads === true && action !== undefined ? [action(entry.params, entry.subtasks), ...actions] : actions;
  }

  /** When `due` is to be called next; null: nothing waits for a time. */
  nextAt(): number | null {
    const waiting = [...this.entries.values()].flatMap((entry) => {
      const { when } = entry.fault;
      return when.kind === 'at' && when.ms > this.now && !spent(entry) ? [when.ms] : [];
    });
    return waiting.length === 0 ? null : Math.min(...waiting);
  }

  due(now: number): HostAction[] {
    this.now = Math.max(this.now, now);
    return this.ripen();
  }

  onCoordinatorMessage(message: CoordinatorMessage, now: number): HostAction[] {
    this.now = Math.max(this.now, now);
    if (message.kind === 'deployed') this.up.add(message.subtask);
    else if (message.kind === 'lost') this.up.delete(message.subtask);
    else if (message.kind === 'task-state' && ended.has(message.state)) this.up.delete(message.subtask);
    return [...this.atMoments(this.points.onMessage(message)), ...this.ripen()];
  }

  onCoordinatorEffect(effect: CoordinatorEffect, now: number): HostAction[] {
    this.now = Math.max(this.now, now);
    if (effect.kind === 'deploy') for (const { plan } of effect.tasks) this.up.delete(plan.id);
    else if (effect.kind === 'terminate') this.up.delete(effect.subtask);
    else if (effect.kind === 'report') this.watch(effect.report);
    const actions = [...this.atMoments(this.points.onEffect(effect)), ...this.ripen()];
    if (effect.kind === 'deploy') this.coordinatorUp = true;
    return actions;
  }

  private watch(report: Report): void {
    if (report.kind === 'job-state' && report.state === 'running') this.coordinatorUp = true;
    if (report.kind === 'checkpoint' && report.event.kind === 'completed') this.undamaged = true;
  }

  private add(fault: Fault, strikes: number): Entry | null {
    const { graph, table } = this.options;
    const definition = table.get(fault.kind);
    if (definition === undefined || checkFault(fault, table, graph) !== null) return null;
    const params = z.parse(definition.params, fault.params);
    const subtasks = subtasksConcerned(fault, graph);
    const fresh = { ripe: false, occurrences: 0, restores: new Map<SubtaskId, number>() };
    const entry: Entry = { fault, definition, params, subtasks, strikes, ...fresh };
    this.entries.set(fault.id, entry);
    this.options.onEvent({ kind: 'armed', fault });
    return entry;
  }

  /** What an injected fault does at once, beside what waits for a time. */
  private armNow(entry: Entry): HostAction[] {
    if (isHosts(entry.fault, entry.definition)) return [];
    return [{ kind: 'arm', fault: entry.fault, subtasks: entry.subtasks }];
  }

  /** Carries out, or arms, whatever its time has come for and can strike. */
  private ripen(): HostAction[] {
    return [...this.entries.values()].flatMap((entry) => {
      const { when } = entry.fault;
      if (spent(entry) || (when.kind !== 'now' && (when.kind !== 'at' || when.ms > this.now))) return [];
      if (entry.definition.action !== undefined && isHosts(entry.fault, entry.definition)) return this.act(entry, null);
      if (entry.ripe || when.kind === 'now') return [];
      entry.ripe = true;
      return this.armNow({ ...entry, fault: remaining(entry) });
    });
  }

  private atMoments(moments: readonly CoordinatorMoment[]): HostAction[] {
    return moments.flatMap((moment) => [...this.entries.values()].flatMap((entry) => this.atMoment(entry, moment)));
  }

  private atMoment(entry: Entry, moment: CoordinatorMoment): HostAction[] {
    const { when } = entry.fault;
    const of = isHostsOwn(entry) ? 'coordinator' : 'subtasks';
    if (when.kind !== 'point' || when.point !== moment.point || of !== moment.of || spent(entry)) return [];
    entry.occurrences++;
    return entry.occurrences % when.n === 0 ? this.act(entry, moment) : [];
  }

  /** Strikes, if there is something to strike. */
  private act(entry: Entry, moment: CoordinatorMoment | null): HostAction[] {
    const { definition, params, fault } = entry;
    const subtasks = this.victims(entry, moment);
    if (definition.action === undefined) {
      // The subtask strikes, and counts.
      const once: Fault = { ...fault, when: { kind: 'now' }, times: 1 };
      return subtasks.length === 0 ? [] : [{ kind: 'arm', fault: once, subtasks }];
    }
    const action = definition.action(params, subtasks);
    if (!this.ready(action)) return [];
    const where = subtasks.map((id) => nameOfSubtask(this.options.graph, id)).join(', ');
    const told = definition.told?.(params, where) ?? `${definition.title}.`;
    const text = moment === null ? told : told.replace(/\.$/, ` ${placeOf(moment)}.`);
    this.settle(action);
    return [action, ...this.count(entry, text, subtasks[0])];
  }

  /** A machine is struck as a whole; of a node one subtask, by turns, first such as are up (and have not acknowledged). */
  private victims({ fault, subtasks, strikes }: Entry, moment: CoordinatorMoment | null): readonly SubtaskId[] {
    if (fault.target.kind !== 'node') return subtasks;
    const up = subtasks.filter((id) => this.up.has(id));
    const open = up.filter((id) => moment?.open.has(id) === true);
    const choice = open.length > 0 ? open : up.length > 0 ? up : subtasks;
    return choice.slice(strikes % choice.length).slice(0, 1);
  }

  private ready(action: HostAction): boolean {
    switch (action.kind) {
      case 'crash-subtasks':
        return action.subtasks.some((id) => this.up.has(id));
      case 'crash-coordinator':
      case 'reload-page':
        return this.coordinatorUp;
      case 'corrupt-latest-checkpoint':
        return this.undamaged;
      default:
        return true;
    }
  }

  private settle(action: HostAction): void {
    if (action.kind === 'crash-subtasks') for (const id of action.subtasks) this.up.delete(id);
    else if (action.kind === 'corrupt-latest-checkpoint') this.undamaged = false;
    else if (action.kind === 'crash-coordinator' || action.kind === 'reload-page') this.coordinatorUp = false;
  }

  private count(entry: Entry, text: string, subtask?: SubtaskId): HostAction[] {
    const wasSpent = spent(entry);
    entry.strikes++;
    const event = { kind: 'struck', fault: entry.fault.id, text } as const;
    this.options.onEvent(subtask === undefined ? event : { ...event, subtask });
    return spent(entry) && !wasSpent ? [{ kind: 'used-up', fault: entry.fault.id }] : [];
  }
}

const ended: ReadonlySet<TaskState> = new Set(['finished', 'cancelled', 'failed']);

const spent = ({ fault, strikes }: Entry): boolean => strikes >= fault.times;

/** Its target is not a subtask or a channel, so that it sees the protocol from the coordinator. */
const isHostsOwn = ({ definition }: Entry): boolean => definition.arm === undefined;

/** The fault as it is armed now. */
function remaining({ fault, strikes, ripe }: Entry): Fault {
  return { ...fault, times: fault.times - strikes, when: ripe ? { kind: 'now' } : fault.when };
}

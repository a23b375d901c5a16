/**
 * The faults at one subtask. A host makes one `SubtaskInjector` per attempt, beside the Subtask, and calls it so:
 *
 * - made with the deployment's plan and with what `ClusterInjector.deploying` gave for it (or `Deployment.faults`);
 * - `injector.task` goes into the Subtask's services;
 * - `onMessage(message, now)` before each `subtask.step(message, now)`, and `onEffect(effect, now)` before each effect is
 *   carried out, in order, both on the thread that steps. The verdict says what becomes of the thing in hand
 *   (see `Verdict`); messages can be passed, dropped, or end the Worker (`crash`, `hang`), effects anything;
 * - after a `crash` verdict nothing more is carried out: with `before` not the thing in hand, with `after` only that. The
 *   coordinator hears `lost` with `verdict.failure ?? worker-killed`. After `hang` nothing is heard of the Worker again,
 *   and only the heartbeat finds out;
 * - the host's actions `arm`, `used-up` and `disarm` lead to `arm`, `useUp` and `disarm`; the command `inject` is for the
 *   host to arm too, where it comes before the action;
 * - `onStrike` is called before the verdict is returned (or the exception thrown). The host passes it on to
 *   `ClusterInjector.struck`, ahead of the death of the Worker.
 *
 * A fault aimed at a node is armed at each of its subtasks. The ClusterInjector counts what they strike together; where
 * subtasks run in threads of their own, two can strike before the first is heard of.
 */
import * as z from 'zod/mini';
import { concerns } from '../graph/fault-targets.ts';
import type { Fault, FaultId } from '../graph/faults.ts';
import type { SubtaskPlan } from '../graph/plan.ts';
import type { Batch } from '../wire/batch.ts';
import type { SubtaskEffect, SubtaskMessage } from '../wire/messages.ts';
import { isHosts } from './concern.ts';
import { noSlowness, pass } from './fault.ts';
import type { ArmedFault, FaultTable, TaskFaults, Verdict } from './fault.ts';
import { Progress } from './progress.ts';
import { Site } from './site.ts';

interface Armed {
  readonly site: Site;
  readonly acts: ArmedFault;
}

export class SubtaskInjector {
  readonly task: TaskFaults;
  private readonly plan: SubtaskPlan;
  private readonly table: FaultTable;
  private readonly onStrike: (fault: FaultId, text: string) => void;
  private readonly progress = new Progress();
  private armed: readonly Armed[] = [];
  private recordsAtStart: number | null = null;

  constructor(
    plan: SubtaskPlan,
    faults: readonly Fault[],
    table: FaultTable,
    onStrike: (fault: FaultId, text: string) => void,
  ) {
    this.plan = plan;
    this.table = table;
    this.onStrike = onStrike;
    this.task = {
      beforeRecords: (batch, recordsBefore) => this.beforeRecords(batch, recordsBefore),
      slowness: () => this.slowness(),
      stalled: () => this.armed.some(({ acts }) => acts.task?.stalled?.() ?? false),
    };
    for (const fault of faults) this.arm(fault);
  }

  /** Takes the place of a fault of the same id; the same fault again changes nothing. Others' faults are passed over. */
  arm(fault: Fault): void {
    const same = this.armed.find(({ site }) => site.fault.id === fault.id);
    if (same !== undefined && JSON.stringify(same.site.fault) === JSON.stringify(fault)) return;
    const definition = this.table.get(fault.kind);
    if (definition?.arm === undefined || isHosts(fault, definition) || !concerns(fault, this.plan)) return;
    const params = z.safeParse(definition.params, fault.params);
    if (!params.success) return;
    this.disarm(fault.id);
    const site = new Site(fault, this.plan, this.progress, (text) => this.onStrike(fault.id, text));
    this.armed = [...this.armed, { site, acts: definition.arm(site, params.data) }];
  }

  disarm(fault: FaultId): void {
    this.armed = this.armed.filter(({ site }) => site.fault.id !== fault);
  }

  /** It strikes no more; what it has brought about (slowness, a stall, a cut) goes on. */
  useUp(fault: FaultId): void {
    this.armed.find(({ site }) => site.fault.id === fault)?.site.useUp();
  }

  /** `now`: ms of the clock by which the subtask is stepped. */
  onMessage(message: SubtaskMessage, now: number): Verdict {
    this.progress.takeMessage(message, now);
    for (const { acts } of this.armed) {
      const verdict = acts.onMessage?.(message) ?? pass;
      if (verdict.kind !== 'pass') return verdict;
    }
    return pass;
  }

  onEffect(effect: SubtaskEffect, now: number): Verdict {
    this.progress.takeEffect(effect, now);
    for (const { acts } of this.armed) {
      const verdict = acts.onEffect?.(effect) ?? pass;
      if (verdict.kind !== 'pass') return verdict;
    }
    return pass;
  }

  private beforeRecords(batch: Batch, recordsBefore: number): void {
    // A source counts on from what it was restored to; faults count each attempt by itself.
    this.recordsAtStart ??= recordsBefore;
    const before = recordsBefore - this.recordsAtStart;
    for (const { acts, site } of this.armed) acts.task?.beforeRecords?.(batch, site.recordsBefore(before));
    this.progress.records = before + batch.length;
  }

  /** Factors multiply, additions add up. */
  private slowness(): { factor: number; perRecordMs: number } {
    let { factor, perRecordMs } = noSlowness;
    for (const { acts } of this.armed) {
      const slow = acts.task?.slowness?.() ?? noSlowness;
      factor *= slow.factor;
      perRecordMs += slow.perRecordMs;
    }
    return { factor, perRecordMs };
  }
}

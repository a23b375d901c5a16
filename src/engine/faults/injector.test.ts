/** What the injectors of subtasks and of the cluster let pass and strike, whatever the kind of fault. */
import { describe, expect, it } from 'vitest';
import { TaskFailure } from '../wire/failures.ts';
import type { SubtaskMessage } from '../wire/messages.ts';
import type { Fault } from '../graph/faults.ts';
import { ClusterInjector } from './cluster-injector.ts';
import { SubtaskInjector } from './injector.ts';
import { faultTable } from './list.ts';
import * as given from './testing/fixture.ts';

const run: SubtaskMessage = { kind: 'run' };

function injector(subtask: string, ...faults: Fault[]) {
  const strikes: string[] = [];
  const made = new SubtaskInjector(given.planOf(subtask), faults, faultTable, (_, text) => strikes.push(text));
  return { made, strikes };
}

function cluster(...faults: Fault[]) {
  const strikes: string[] = [];
  const made = new ClusterInjector({
    graph: given.graph,
    faults,
    table: faultTable,
    onEvent: (event) => event.kind === 'struck' && strikes.push(event.text),
  });
  return { made, strikes };
}

describe('the injector of a subtask', () => {
  it('lets everything pass while nothing is armed', () => {
    const { made } = injector('v1/0');
    expect(made.onMessage(run, 0)).toEqual({ kind: 'pass' });
    expect(made.onEffect(given.send('e1:0-0', 0), 0)).toEqual({ kind: 'pass' });
    expect(() => made.task.beforeRecords(given.batch(5), 0)).not.toThrow();
    expect(made.task.slowness()).toEqual({ factor: 1, perRecordMs: 0 });
    expect(made.task.stalled()).toBe(false);
  });

  it('crashes the Worker at the record, before anything of that step leaves', () => {
    const { made, strikes } = injector('v1/0', given.fault('crash-worker', { when: { kind: 'record', n: 7 } }));
    made.task.beforeRecords(given.batch(6), 0);
    expect(made.onEffect(given.send('e1:0-0', 0), 0)).toEqual({ kind: 'pass' });
    made.task.beforeRecords(given.batch(3), 6);
    made.task.beforeRecords(given.batch(3), 9);
    expect(made.onEffect(given.send('e1:0-0', 1), 0)).toEqual({ kind: 'crash', when: 'before' });
    expect(strikes).toEqual(['The Worker of Numbers (1/2) was killed at record 7.']);
  });

  it('counts records from the moment when a fault is armed', () => {
    const { made } = injector('v1/0');
    made.task.beforeRecords(given.batch(100), 0);
    made.arm(given.fault('exception', { when: { kind: 'record', n: 10 } }));
    expect(() => made.task.beforeRecords(given.batch(9), 100)).not.toThrow();
    expect(() => made.task.beforeRecords(given.batch(9), 109)).toThrow(TaskFailure);
  });

  it('counts the records of a source from where it was restored to', () => {
    const { made } = injector('v1/0', given.fault('exception', { when: { kind: 'record', n: 10 } }));
    expect(() => made.task.beforeRecords(given.batch(9, 5_005), 5_005)).not.toThrow();
    expect(() => made.task.beforeRecords(given.batch(1, 5_014), 5_014)).toThrow(TaskFailure);
  });

  it('does not begin to count anew when the same fault is armed again', () => {
    const fault = given.fault('exception', { when: { kind: 'record', n: 10 } });
    const { made } = injector('v1/0', fault);
    made.task.beforeRecords(given.batch(9), 0);
    made.arm({ ...fault });
    expect(() => made.task.beforeRecords(given.batch(1), 9)).toThrow(TaskFailure);
  });

  it.each([
    ['before-acknowledge', 'before'],
    ['after-pre-commit', 'after'],
  ] as const)('crashes at the second acknowledgement: %s', (point, when) => {
    const { made } = injector('v1/0', given.fault('crash-worker', { when: { kind: 'point', point, n: 2 } }));
    expect(made.onEffect(given.acknowledge(1), 0)).toEqual({ kind: 'pass' });
    expect(made.onEffect(given.acknowledge(2), 0)).toEqual({ kind: 'crash', when });
  });

  it('crashes before the notice of completion is delivered', () => {
    const when = { kind: 'point', point: 'before-commit', n: 1 } as const;
    const { made, strikes } = injector('v1/0', given.fault('crash-worker', { when }));
    const notice = { kind: 'command', command: { kind: 'checkpoint-complete', checkpoint: 4 } } as const;
    expect(made.onEffect(given.acknowledge(4), 0)).toEqual({ kind: 'pass' });
    expect(made.onMessage(notice, 0)).toEqual({ kind: 'crash', when: 'before' });
    expect(strikes).toEqual(['The Worker of Numbers (1/2) was killed when it was to commit checkpoint 4.']);
  });

  it('crashes after it has asked for its state', () => {
    const when = { kind: 'point', point: 'during-restore', n: 1 } as const;
    const { made } = injector('v1/0', given.fault('crash-worker', { when }));
    expect(made.onEffect(given.writeState(1), 0)).toEqual({ kind: 'pass' });
    expect(made.onEffect(given.readState, 0)).toEqual({ kind: 'crash', when: 'after' });
  });

  it('strikes so often and not more', () => {
    const { made, strikes } = injector('v1/0', given.fault('exception', { when: { kind: 'now' }, times: 2 }));
    for (let i = 0; i < 2; i++) expect(() => made.task.beforeRecords(given.batch(1), i)).toThrow(TaskFailure);
    expect(() => made.task.beforeRecords(given.batch(1), 2)).not.toThrow();
    expect(strikes).toHaveLength(2);
  });

  it('passes over what concerns others, is the host’s to do, or is not known', () => {
    const { made } = injector(
      'v1/0',
      given.fault('exception', { id: 'a', target: { kind: 'subtask', subtask: 'v1/1' } }),
      given.fault('crash-worker', { id: 'b' }),
      given.fault('exception', { id: 'c', when: { kind: 'at', ms: 0 } }),
      given.fault('from-the-future', { id: 'd' }),
    );
    expect(() => made.task.beforeRecords(given.batch(1), 0)).not.toThrow();
    expect(made.onEffect(given.acknowledge(1), 0)).toEqual({ kind: 'pass' });
  });

  it('names operator, record and content in an exception', () => {
    const { made } = injector('v2/0', {
      ...given.fault('exception', { when: { kind: 'record', n: 3 } }),
      target: { kind: 'node', node: 'n-v2' },
    });
    let failure;
    try {
      made.task.beforeRecords(given.batch(5), 0);
    } catch (error) {
      failure = (error as TaskFailure).failure;
    }
    expect(failure).toMatchObject({
      code: 'injected-exception',
      details: { node: 'Window', count: 3 },
      node: 'n-v2',
      record: '{"key":"k2","value":2}',
    });
  });
});

describe('the injector of the cluster', () => {
  it('kills a Worker when the time has come, and says that the fault is used up', () => {
    const { made, strikes } = cluster(given.fault('crash-worker', { when: { kind: 'at', ms: 500 } }));
    expect(made.nextAt()).toBe(500);
    made.onCoordinatorMessage(given.deployed('v1/0'), 10);
    expect(made.due(499)).toEqual([]);
    expect(made.due(500)).toEqual([
      { kind: 'crash-subtasks', subtasks: ['v1/0'] },
      { kind: 'used-up', fault: 'f1' },
    ]);
    expect(made.nextAt()).toBeNull();
    expect(made.due(501)).toEqual([]);
    expect(strikes).toEqual(['The Worker of Numbers (1/2) was killed.']);
  });

  it('waits until there is a Worker to kill', () => {
    const { made } = cluster(given.fault('crash-worker'));
    expect(made.due(0)).toEqual([]);
    expect(made.onCoordinatorMessage(given.deployed('v1/1'), 5)).toEqual([]);
    expect(made.onCoordinatorMessage(given.deployed('v1/0'), 6)[0]).toEqual({
      kind: 'crash-subtasks',
      subtasks: ['v1/0'],
    });
  });

  it('kills again when the Worker is up again, `times` times in all', () => {
    const { made } = cluster(given.fault('crash-worker', { times: 3 }));
    const kills = [1, 2, 3, 4].map((attempt) => {
      made.onCoordinatorEffect(given.deploy(given.deployment('v1/0', attempt)), attempt);
      return made.onCoordinatorMessage(given.deployed('v1/0', attempt), attempt).length;
    });
    expect(kills).toEqual([1, 1, 2, 0]);
  });

  it('makes of a time an immediate fault at the subtasks, also for those deployed later', () => {
    const { made } = cluster(
      given.fault('exception', { when: { kind: 'at', ms: 100 }, target: { kind: 'node', node: 'n-v2' } }),
    );
    expect(made.deploying(given.deployment('v2/0'))).toEqual([]);
    expect(made.due(100)).toMatchObject([
      { kind: 'arm', fault: { when: { kind: 'now' } }, subtasks: ['v2/0', 'v2/1'] },
    ]);
    expect(made.deploying(given.deployment('v2/0', 2))).toMatchObject([{ id: 'f1', when: { kind: 'now' } }]);
    expect(made.deploying(given.deployment('v1/0', 2))).toEqual([]);
  });

  it('counts what all subtasks of a node strike together', () => {
    const fault = given.fault('exception', {
      when: { kind: 'record', n: 5 },
      target: { kind: 'node', node: 'n-v2' },
      times: 3,
    });
    const { made } = cluster(fault);
    expect(made.struck('f1', 'v2/0', 'a')).toEqual([]);
    expect(made.deploying(given.deployment('v2/1', 2))).toEqual([{ ...fault, times: 2 }]);
    expect(made.struck('f1', 'v2/1', 'b')).toEqual([]);
    expect(made.struck('f1', 'v2/0', 'c')).toEqual([{ kind: 'used-up', fault: 'f1' }]);
    expect(made.deploying(given.deployment('v2/1', 3))).toEqual([]);
    expect(made.strikes.get('f1')).toBe(3);
  });

  it('kills a subtask between two acknowledgements, of a node one that has not acknowledged', () => {
    const { made, strikes } = cluster(
      given.fault('crash-worker', {
        target: { kind: 'node', node: 'n-v1' },
        when: { kind: 'point', point: 'between-acknowledgements', n: 2 },
      }),
    );
    for (const id of ['v1/0', 'v1/1', 'v2/0']) made.onCoordinatorMessage(given.deployed(id), 0);
    made.onCoordinatorEffect(given.triggered(1, ['v1/0', 'v1/1']), 1);
    expect(made.onCoordinatorMessage(given.acknowledged('v1/0', 1), 2)).toEqual([]);
    expect(made.onCoordinatorMessage(given.acknowledged('v1/1', 1), 2)).toEqual([]);
    made.onCoordinatorEffect(given.triggered(2, ['v1/0', 'v1/1']), 3);
    expect(made.onCoordinatorMessage(given.acknowledged('v1/0', 2), 4)[0]).toEqual({
      kind: 'crash-subtasks',
      subtasks: ['v1/1'],
    });
    expect(strikes).toEqual(['The Worker of Numbers (2/2) was killed between the acknowledgements of checkpoint 2.']);
  });

  it.each([
    ['before-acknowledge', 'the first acknowledgement'],
    ['between-acknowledgements', 'the second acknowledgement'],
    ['after-pre-commit', 'the completion in the store'],
    ['before-commit', 'the first notice'],
    ['during-restore', 'a restoring deployment'],
  ] as const)('kills the coordinator, %s: ahead of %s', (point, moment) => {
    const target = { kind: 'coordinator' } as const;
    const { made } = cluster(given.fault('crash-coordinator', { target, when: { kind: 'point', point, n: 1 } }));
    const all = ['v1/0', 'v1/1', 'v2/0'];
    const acknowledge = (id: string) => made.onCoordinatorMessage(given.acknowledged(id, 1), 1);
    const steps: [string, () => readonly { kind: string }[]][] = [
      ['the deployment', () => made.onCoordinatorEffect(given.deploy(...all.map((id) => given.deployment(id))), 0)],
      ['the trigger', () => made.onCoordinatorEffect(given.triggered(1, all), 0)],
      ['the first acknowledgement', () => acknowledge('v1/0')],
      ['the same acknowledgement', () => acknowledge('v1/0')],
      ['the second acknowledgement', () => acknowledge('v1/1')],
      ['the third acknowledgement', () => acknowledge('v2/0')],
      ['the completion in the store', () => made.onCoordinatorEffect(given.completing(1), 2)],
      ['the report', () => made.onCoordinatorEffect(given.completed(1), 3)],
      ['the first notice', () => made.onCoordinatorEffect(given.notify('v1/0', 1), 3)],
      ['the second notice', () => made.onCoordinatorEffect(given.notify('v1/1', 1), 3)],
      ['a restoring deployment', () => made.onCoordinatorEffect(given.deploy(given.deployment('v1/0', 2, 1)), 4)],
    ];
    const killedAt = steps.filter(([, step]) => step().some(({ kind }) => kind === 'crash-coordinator'));
    expect(killedAt.map(([name]) => name)).toEqual([moment]);
  });

  it('never strikes between acknowledgements when there is only one', () => {
    const when = { kind: 'point', point: 'between-acknowledgements', n: 1 } as const;
    const { made } = cluster(given.fault('crash-worker', { when }));
    made.onCoordinatorMessage(given.deployed('v1/0'), 0);
    made.onCoordinatorEffect(given.triggered(1, ['v1/0']), 1);
    expect(made.onCoordinatorMessage(given.acknowledged('v1/0', 1), 2)).toEqual([]);
  });

  it('counts restores over all attempts', () => {
    const when = { kind: 'point', point: 'during-restore', n: 2 } as const;
    const { made } = cluster(given.fault('crash-worker', { when }));
    expect(made.deploying(given.deployment('v1/0', 1))).toMatchObject([{ when }]);
    expect(made.deploying(given.deployment('v1/0', 2, 5))).toEqual([]);
    expect(made.deploying(given.deployment('v1/0', 3, 5))).toMatchObject([{ when: { n: 1 } }]);
  });

  it('goes on counting from an earlier life of the run', () => {
    const fault = given.fault('crash-worker');
    const { graph } = given;
    const strikes = new Map([['f1', 1]]);
    const made = new ClusterInjector({ graph, faults: [fault], table: faultTable, onEvent: () => {}, strikes });
    expect(made.onCoordinatorMessage(given.deployed('v1/0'), 0)).toEqual([]);
  });

  it('arms what is injected by hand, and forgets what is removed', () => {
    const { made } = cluster();
    const fault = given.fault('exception', { when: { kind: 'record', n: 5 } });
    expect(made.inject(fault, 50)).toEqual([{ kind: 'arm', fault, subtasks: ['v1/0'] }]);
    expect(made.deploying(given.deployment('v1/0', 2))).toEqual([fault]);
    expect(made.remove('f1')).toEqual([{ kind: 'disarm', fault: 'f1' }]);
    expect(made.deploying(given.deployment('v1/0', 2))).toEqual([]);
    expect(made.inject(given.fault('exception', { target: { kind: 'subtask', subtask: 'v9/9' } }), 60)).toEqual([]);
  });

  it('tells what is armed, what strikes and what is removed, and nothing of what cannot strike', () => {
    const events: string[] = [];
    const fault = given.fault('exception', { when: { kind: 'record', n: 5 } });
    const made = new ClusterInjector({
      graph: given.graph,
      faults: [fault, given.fault('exception', { id: 'f2', target: { kind: 'page' } })],
      table: faultTable,
      onEvent: (event) => events.push(`${event.kind} ${event.kind === 'armed' ? event.fault.id : event.fault}`),
    });
    made.struck('f1', 'v1/0', 'oh');
    made.remove('f1');
    made.remove('f1');
    expect(events).toEqual(['armed f1', 'struck f1', 'removed f1']);
  });
});

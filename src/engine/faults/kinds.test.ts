/** Every kind of fault: what it lets pass, what it strikes, and that it strikes as often as it was told to. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fault, FaultTarget, FaultTrigger } from '../graph/faults.ts';
import { protocolPoints } from '../graph/faults.ts';
import type { SubtaskMessage } from '../wire/messages.ts';
import type { TaskFailure } from '../wire/failures.ts';
import { checkFault, checkFaults } from './check-fault.ts';
import { SubtaskInjector } from './injector.ts';
import { faultKinds, faultTable } from './list.ts';
import * as given from './testing/fixture.ts';
import { Life } from './testing/life.ts';

const pass = { kind: 'pass' } as const;
const channel = { kind: 'channel', channel: 'e1:0-0' } as const;

function injector(subtask: string, ...faults: Fault[]) {
  const strikes: string[] = [];
  const made = new SubtaskInjector(given.planOf(subtask), faults, faultTable, (_, text) => strikes.push(text));
  return { made, strikes };
}

const credit = (name: string, credits = 1): SubtaskMessage => ({
  kind: 'credit',
  channel: name,
  grant: { credits, segments: [] },
});

describe('the list of faults', () => {
  it('holds every kind that has a file', () => {
    const folder = new URL('.', import.meta.url);
    const written = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .flatMap((name) => {
        const text = readFileSync(new URL(name, folder), 'utf8');
        return text.includes(': FaultDefinition<') ? [name.replace('.ts', '')] : [];
      });
    expect(faultKinds.map(({ kind }) => kind).sort()).toEqual(written.sort());
  });

  it('gives each kind a title, a sentence, defaults, and something to do', () => {
    for (const kind of faultKinds) {
      expect(kind.title).toMatch(/^[A-Z]/);
      expect(kind.summary).toMatch(/^[A-Z].*\.$/);
      expect(Object.keys(kind.params.parse({}))).toEqual(Object.keys(kind.params.shape));
      expect(kind.arm ?? kind.action).toBeDefined();
      expect(kind.triggers.includes('point')).toBe(kind.points !== undefined);
    }
    expect(new Set(faultKinds.map(({ title }) => title)).size).toBe(faultKinds.length);
  });
});

const targets: readonly FaultTarget[] = [
  { kind: 'subtask', subtask: 'v1/0' },
  { kind: 'node', node: 'n-v1' },
  { kind: 'machine', subtasks: ['v1/0', 'v2/0'] },
  channel,
  { kind: 'coordinator' },
  { kind: 'store' },
  { kind: 'page' },
];
const triggers: readonly FaultTrigger[] = [
  { kind: 'now' },
  { kind: 'at', ms: 350 },
  { kind: 'record', n: 15 },
  ...protocolPoints.map((point): FaultTrigger => ({ kind: 'point', point, n: 2 })),
];
const combinations = faultKinds.flatMap((kind) =>
  targets.flatMap((target) => triggers.map((when) => ({ kind, target, when }))),
);
const accepted = combinations.filter(
  ({ kind, target, when }) =>
    kind.targets.includes(target.kind) &&
    kind.triggers.includes(when.kind) &&
    (when.kind !== 'point' || kind.points?.includes(when.point)),
);
const nameOf = (when: FaultTrigger): string => (when.kind === 'point' ? when.point : when.kind);

describe('every kind with every target and trigger', () => {
  it('is either accepted or refused with a reason', () => {
    const refused = combinations.filter((each) => !accepted.includes(each));
    expect(refused.length).toBeGreaterThan(100);
    for (const { kind, target, when } of refused) {
      const problem = checkFault(given.fault(kind.kind, { target, when }), faultTable, given.graph);
      expect(problem?.code, `${kind.kind} ${target.kind} ${nameOf(when)}`).toBe('invalid-fault');
    }
    for (const { kind, target, when } of accepted) {
      const fault = given.fault(kind.kind, { target, when });
      expect(checkFault(fault, faultTable, given.graph), `${kind.kind} ${target.kind} ${nameOf(when)}`).toBeNull();
    }
  });

  it.each(accepted.map((each) => [each.kind.kind, each.target.kind, nameOf(each.when), each] as const))(
    '%s on a %s, %s, strikes exactly as often as it was told to',
    (_kind, _target, _when, { kind, target, when }) => {
      const params = kind.kind === 'poison-record' ? { column: 'key', value: 'k3' } : {};
      for (const times of [1, 2]) {
        const life = new Life(given.fault(kind.kind, { target, when, params, times })).rounds(60);
        expect(life.strikes).toHaveLength(times);
        expect(life.actions.filter((action) => action.kind === 'used-up')).toHaveLength(1);
        const done = life.actions.filter((action) => action.kind !== 'used-up' && action.kind !== 'arm');
        const felt = life.stalls + (life.slowest > 1 ? 1 : 0);
        expect(life.verdicts.length + done.length + life.thrown.length + felt).toBeGreaterThan(0);
      }
    },
  );
});

describe('a fault that does not fit', () => {
  const codeOf = (more: Partial<Fault>, kind = 'crash-worker') =>
    checkFault(given.fault(kind, more), faultTable, given.graph)?.code ?? null;

  it.each<[string, Partial<Fault>, string, string]>([
    ['a kind from the future', {}, 'time-warp', 'unknown-fault'],
    ['no strike at all', { times: 0 }, 'crash-worker', 'invalid-fault'],
    ['half a strike', { times: 1.5 }, 'crash-worker', 'invalid-fault'],
    ['a time before the start', { when: { kind: 'at', ms: -1 } }, 'crash-worker', 'invalid-fault'],
    ['record 0', { when: { kind: 'record', n: 0 } }, 'crash-worker', 'invalid-fault'],
    ['a parameter of another type', { params: { factor: 'much' } }, 'slow', 'invalid-fault'],
    ['a source that is none', { target: { kind: 'node', node: 'n-v2' } }, 'stall-source', 'invalid-fault'],
    ['a machine without subtasks', { target: { kind: 'machine', subtasks: [] } }, 'crash-machine', 'invalid-fault'],
    ['a subtask that is not there', { target: { kind: 'subtask', subtask: 'v1/7' } }, 'hang', 'fault-target'],
    ['an operator that is not there', { target: { kind: 'node', node: 'gone' } }, 'hang', 'fault-target'],
    ['a channel that is not there', { target: { kind: 'channel', channel: 'e9:0-0' } }, 'drop-buffer', 'fault-target'],
    [
      'a machine with a subtask that is not there',
      { target: { kind: 'machine', subtasks: ['v1/0', 'x'] } },
      'crash-machine',
      'fault-target',
    ],
  ])('%s is a problem', (_, more, kind, code) => {
    expect(codeOf(more, kind)).toBe(code);
  });

  it('is one whose id is taken', () => {
    const script = [given.fault('hang'), given.fault('slow')];
    expect(checkFaults(script, faultTable, given.graph).map(({ code, fault }) => [code, fault])).toEqual([
      ['invalid-fault', 'f1'],
    ]);
  });
});

describe('faults of a Worker', () => {
  it('hang: after the acknowledgement has gone out, nothing more happens', () => {
    const when = { kind: 'point', point: 'after-pre-commit', n: 1 } as const;
    const { made } = injector('v1/0', given.fault('hang', { when }));
    expect(made.onEffect(given.acknowledge(1), 0)).toEqual(pass);
    expect(made.onMessage({ kind: 'run' }, 0)).toEqual({ kind: 'hang' });
  });

  it('hang: before the acknowledgement, it does not go out', () => {
    const when = { kind: 'point', point: 'before-acknowledge', n: 1 } as const;
    const { made } = injector('v1/0', given.fault('hang', { when }));
    expect(made.onEffect(given.acknowledge(1), 0)).toEqual({ kind: 'hang' });
  });

  it('crash of a machine: when one of it meets the trigger, all are killed', () => {
    const target = { kind: 'machine', subtasks: ['v1/1', 'v2/0'] } as const;
    const life = new Life(given.fault('crash-machine', { target, when: { kind: 'record', n: 25 } })).rounds(4);
    expect(life.actions.filter(({ kind }) => kind === 'crash-subtasks')).toEqual([
      { kind: 'crash-subtasks', subtasks: ['v1/1', 'v2/0'] },
    ]);
    expect(life.strikes).toEqual(['The Worker of Numbers (2/2) was killed, with its machine at record 25.']);
  });

  it('slow: by the factor, from the record on and for the time asked for', () => {
    const params = { factor: 4, perRecordMs: 2, durationMs: 1_000 };
    const { made } = injector('v1/0', given.fault('slow', { params, when: { kind: 'record', n: 5 } }));
    const slownessAt = (now: number) => {
      made.onMessage({ kind: 'run' }, now);
      return made.task.slowness();
    };
    expect(slownessAt(0)).toEqual({ factor: 1, perRecordMs: 0 });
    made.onMessage({ kind: 'run' }, 100);
    made.task.beforeRecords(given.batch(5), 0);
    made.useUp('f1');
    expect(slownessAt(100)).toEqual({ factor: 4, perRecordMs: 2 });
    expect(slownessAt(1_099)).toEqual({ factor: 4, perRecordMs: 2 });
    expect(slownessAt(1_100)).toEqual({ factor: 1, perRecordMs: 0 });
  });

  it('slow: two at once multiply, and end at once when they are removed', () => {
    const two = ['a', 'b'].map((id) => given.fault('slow', { id, params: { factor: 3, perRecordMs: 1 } }));
    const { made } = injector('v1/0', ...two);
    expect(made.task.slowness()).toEqual({ factor: 9, perRecordMs: 2 });
    made.disarm('a');
    expect(made.task.slowness()).toEqual({ factor: 3, perRecordMs: 1 });
  });

  it('stall: the source is not polled until the time is over', () => {
    const { made } = injector('v1/0', given.fault('stall-source', { params: { durationMs: 50 } }));
    const stalledAt = [0, 49, 50, 100].map((now) => {
      made.onMessage({ kind: 'run' }, now);
      return made.task.stalled();
    });
    expect(stalledAt).toEqual([true, true, false, false]);
  });

  it('poison: the record with the value fails each attempt, and no other does', () => {
    const fault = given.fault('poison-record', { params: { column: 'value', value: '12' }, times: 100 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const { made } = injector('v1/0', fault);
      expect(() => made.task.beforeRecords(given.batch(12), 0)).not.toThrow();
      expect(() => made.task.beforeRecords(given.batch(5, 12), 12)).toThrow('A poison record reached “Numbers”.');
    }
  });

  it('poison by content: the same record whatever batch it comes in, about one in so many', () => {
    const poisoned = (from: number, length: number): number | null => {
      const { made } = injector('v1/0', given.fault('poison-record', { params: { oneIn: 50 } }));
      try {
        made.task.beforeRecords(given.batch(length, from), 0);
        return null;
      } catch (error) {
        return (JSON.parse((error as TaskFailure).failure.record ?? '') as { value: number }).value;
      }
    };
    const singly = Array.from({ length: 5_000 }, (_, i) => poisoned(i, 1)).filter((each) => each !== null);
    expect(singly.length).toBeGreaterThan(60);
    expect(singly.length).toBeLessThan(150);
    expect(poisoned(0, 5_000)).toBe(singly[0]);
    expect(poisoned((singly[0] ?? 0) + 1, 5_000)).toBe(singly[1]);
  });
});

describe('faults of a channel', () => {
  const kinds: [string, object][] = [
    ['drop-buffer', { kind: 'drop' }],
    ['duplicate-buffer', { kind: 'duplicate' }],
    ['delay-buffer', { kind: 'delay', ms: 2_000 }],
    ['reorder-buffers', { kind: 'swap' }],
  ];

  it.each(kinds)('%s strikes the buffer with the n-th record of this channel alone', (kind, verdict) => {
    const { made, strikes } = injector('v1/0', given.fault(kind, { target: channel, when: { kind: 'record', n: 12 } }));
    expect(made.onEffect(given.send('e1:0-1', 0, 50), 0)).toEqual(pass);
    expect(made.onEffect(given.send('e1:0-0', 0, 11), 0)).toEqual(pass);
    expect(made.onEffect(given.send('e1:0-0', 1, 0), 0)).toEqual(pass);
    expect(made.onEffect(given.send('e1:0-0', 2, 1), 0)).toEqual(verdict);
    expect(made.onEffect(given.send('e1:0-0', 3, 100), 0)).toEqual(pass);
    expect(strikes[0]).toMatch(/^Buffer 2 of channel e1:0-0 was /);
  });

  it.each(['drop-buffer', 'reorder-buffers'])(
    '%s spares the last buffer, after which nothing would show it',
    (kind) => {
      const { made } = injector('v1/0', given.fault(kind, { target: channel }));
      const last = { events: [{ after: 1, event: { kind: 'end' } }] } as const;
      expect(made.onEffect(given.send('e1:0-0', 0, 1, last), 0)).toEqual(pass);
    },
  );

  it('lose-credit drops the next credits that come back on the channel', () => {
    const { made, strikes } = injector('v1/0', given.fault('lose-credit', { target: channel }));
    expect(made.onMessage(credit('e1:0-1'), 0)).toEqual(pass);
    expect(made.onMessage(credit('e1:0-0', 3), 0)).toEqual({ kind: 'drop' });
    expect(made.onMessage(credit('e1:0-0'), 0)).toEqual(pass);
    expect(strikes).toEqual(['3 credits of channel e1:0-0 were lost.']);
  });

  it('cut-channel fails the sender', () => {
    const { made } = injector('v1/0', given.fault('cut-channel', { target: channel }));
    expect(made.onEffect(given.send('e1:0-1', 0), 0)).toEqual(pass);
    expect(made.onEffect(given.send('e1:0-0', 0), 0)).toEqual({
      kind: 'crash',
      when: 'before',
      failure: { code: 'channel-cut', details: { channel: 'e1:0-0' }, subtask: 'v1/0' },
    });
  });

  it('cut-channel, unnoticed: nothing passes any more, in either direction', () => {
    const { made } = injector('v1/0', given.fault('cut-channel', { target: channel, params: { silent: true } }));
    expect(made.onEffect(given.send('e1:0-0', 0), 0)).toEqual({ kind: 'drop' });
    made.useUp('f1');
    expect(made.onEffect(given.send('e1:0-0', 1), 0)).toEqual({ kind: 'drop' });
    expect(made.onMessage(credit('e1:0-0'), 0)).toEqual({ kind: 'drop' });
    expect(made.onMessage(credit('e1:0-1'), 0)).toEqual(pass);
  });
});

describe('faults of a snapshot', () => {
  const when = { kind: 'point', point: 'before-acknowledge', n: 2 } as const;

  it('fail-snapshot-write refuses a write of the second snapshot', () => {
    const { made } = injector('v1/0', given.fault('fail-snapshot-write', { when }));
    expect([1, 1, 2, 2, 4].map((id) => made.onEffect(given.writeState(id), 0).kind)).toEqual([
      'pass',
      'pass',
      'fail',
      'pass',
      'pass',
    ]);
  });

  it('slow-snapshot-write delays it, for any subtask when it aims at the store', () => {
    const { made } = injector('v2/1', given.fault('slow-snapshot-write', { target: { kind: 'store' } }));
    expect(made.onEffect(given.writeState(7), 0)).toEqual({ kind: 'delay', ms: 5_000 });
  });

  it('lose-acknowledgement drops the second acknowledgement', () => {
    const { made } = injector('v1/0', given.fault('lose-acknowledgement', { when }));
    expect([1, 2, 3].map((id) => made.onEffect(given.acknowledge(id), 0).kind)).toEqual(['pass', 'drop', 'pass']);
  });

  it('corrupt-checkpoint waits for a completed checkpoint, and takes another the second time', () => {
    const life = new Life(given.fault('corrupt-checkpoint', { target: { kind: 'store' }, times: 2 }));
    expect(life.rounds(1).strikes).toHaveLength(1);
    expect(life.rounds(1).strikes).toHaveLength(2);
    expect(life.actions[0]).toEqual({ kind: 'corrupt-latest-checkpoint', how: 'damage' });
  });
});

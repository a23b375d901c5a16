/** Which faults are offered where, and how a fault reads. */
import { describe, expect, it } from 'vitest';
import { faultKinds } from '../../engine/faults/list.ts';
import { graph } from '../../engine/faults/testing/fixture.ts';
import type { Fault } from '../../engine/graph/faults.ts';
import { untilRemoved } from '../../engine/graph/faults.ts';
import { faultIcons } from './fault-icon.tsx';
import { choicesAt, faultText, statusOf, triggersOf, triggerKey, usualFault } from './model.ts';

const kindsAt = (...args: Parameters<typeof choicesAt>) => choicesAt(...args).map(({ definition }) => definition.kind);

describe('the fault panel', () => {
  it('offers at an operator what strikes its subtasks, and a stall only at sources', () => {
    const source = kindsAt({ kind: 'node', node: 'n-v1' }, graph);
    expect(source).toContain('crash-worker');
    expect(source).toContain('stall-source');
    expect(source).not.toContain('drop-buffer');
    expect(kindsAt({ kind: 'node', node: 'n-v2' }, graph)).not.toContain('stall-source');
  });

  it('offers at an edge what strikes its channels', () => {
    const choices = choicesAt({ kind: 'edge', edge: 'e1' }, graph);
    expect(choices.map(({ definition }) => definition.kind)).toContain('cut-channel');
    expect(choices[0]?.targets).toHaveLength(4);
    expect(choicesAt({ kind: 'edge', edge: 'other' }, graph)).toEqual([]);
  });

  it('offers at the job coordinator, store, page and machines', () => {
    expect(kindsAt({ kind: 'job' }, graph)).toEqual([
      'crash-machine',
      'fail-snapshot-write',
      'slow-snapshot-write',
      'corrupt-checkpoint',
      'crash-coordinator',
      'reload-page',
    ]);
    expect(kindsAt({ kind: 'anywhere' }, graph)).toHaveLength(faultKinds.length);
  });

  it('aims at the subtask that is picked, else at the operator', () => {
    const aim = (picked: string | null) =>
      choicesAt({ kind: 'node', node: 'n-v2' }, graph, picked).map((choice) => usualFault(choice).target);
    for (const target of aim('v2/1')) expect(target).toEqual({ kind: 'subtask', subtask: 'v2/1' });
    for (const target of aim(null)) expect(target).toEqual({ kind: 'node', node: 'n-v2' });
  });

  it('strikes once by a click, a poison record until it is removed', () => {
    const times = new Map(
      choicesAt({ kind: 'anywhere' }, graph).map((choice) => [choice.definition.kind, usualFault(choice).times]),
    );
    expect(times.get('crash-worker')).toBe(1);
    expect(times.get('poison-record')).toBe(untilRemoved);
  });

  it('has an icon for every kind, and tells its triggers apart', () => {
    for (const kind of faultKinds) {
      expect(Object.keys(faultIcons)).toContain(kind.icon);
      const keys = triggersOf(kind).map(triggerKey);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

const fault: Fault = {
  id: 'f1',
  kind: 'crash-worker',
  target: { kind: 'node', node: 'n-v2' },
  when: { kind: 'at', ms: 5_000 },
  params: {},
  times: 1,
};

describe('a fault in words', () => {
  it.each<[Partial<Fault>, string]>([
    [{}, 'at 5 s · any subtask of Window'],
    [{ times: 3, target: { kind: 'subtask', subtask: 'v2/1' } }, 'at 5 s · Window (2/2) · 3 times'],
    [{ when: { kind: 'now' }, times: untilRemoved }, 'at once · any subtask of Window · until removed'],
    [
      { when: { kind: 'point', point: 'before-commit', n: 22 }, target: { kind: 'coordinator' } },
      '22nd time at the completion notice, before commit · coordinator',
    ],
    [
      { when: { kind: 'record', n: 9 }, target: { kind: 'channel', channel: 'e1:0-1' } },
      'at record 9 · Numbers (1/2) → Window (2/2)',
    ],
    [{ target: { kind: 'subtask', subtask: 'gone/7' } }, 'at 5 s · gone/7'],
  ])('%#: says when, where and how often', (more, text) => {
    expect(faultText({ ...fault, ...more }, graph)).toBe(text);
  });

  it('is armed, has struck, is used up, or was removed', () => {
    const twice = { ...fault, times: 2 };
    expect(statusOf({ fault: twice, struck: 0, removed: false })).toBe('armed');
    expect(statusOf({ fault: twice, struck: 1, removed: false })).toBe('struck');
    expect(statusOf({ fault: twice, struck: 2, removed: true })).toBe('used up');
    expect(statusOf({ fault: twice, struck: 1, removed: true })).toBe('removed');
  });
});

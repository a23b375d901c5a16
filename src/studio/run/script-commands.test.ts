/** Playing a script from the page: lines are gathered, and whatever does not end is ended, in a sentence. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Oracle } from '../../hosts/oracle.ts';
import type { OnPlayedLines, PlayedLine, ScriptPlayEnd } from '../../hosts/script-play.ts';
import { provideOracle } from './oracle.ts';
import { runScript, stopScript } from './script-commands.ts';
import { scriptStore } from './script-store.ts';

vi.mock('./host.ts', () => ({ siteBase: () => 'http://localhost/' }));

interface Play {
  readonly tell: OnPlayedLines;
  readonly signal: AbortSignal;
  readonly end: (end: ScriptPlayEnd) => void;
  readonly fail: (error: Error) => void;
}
let plays: Play[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  plays = [];
  const playScript: Oracle['playScript'] = (_, tell, signal) =>
    new Promise((end, fail) => {
      plays.push({ tell, signal, end, fail });
    });
  provideOracle({ playScript } as unknown as Oracle);
});
afterEach(() => {
  stopScript();
  vi.useRealTimers();
});

const step = (cause: number, text: string): PlayedLine => ({
  text: `> in: ${text}`,
  kind: 'step',
  node: 'in',
  place: 'in',
  what: '>',
  parts: [text],
  cause,
});
const over: ScriptPlayEnd = { kind: 'over', outcome: 'played', steps: 1, lines: 1, failedAt: null };
const state = () => scriptStore.getState();

test('lines come on screen a few times a second, all of them when it is over', async () => {
  runScript();
  const [play] = plays;
  const [first, second] = [step(1, 'a=1'), step(2, 'w5')];
  play?.tell([first], first);
  expect(state()).toMatchObject({ playing: true, lines: [] });
  vi.advanceTimersByTime(100);
  expect(state().lines).toEqual([first]);
  play?.tell([second], second);
  play?.end(over);
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toMatchObject({ playing: false, lines: [first, second], end: over, ended: null });
});

test('a function that loops without end is ended after 20 s of silence, and the step is named', () => {
  runScript();
  const [play] = plays;
  vi.advanceTimersByTime(19_000);
  play?.tell([step(3, 'a=13@9')], step(3, 'a=13@9'));
  vi.advanceTimersByTime(19_000);
  expect(state().playing).toBe(true);
  expect(play?.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(play?.signal.aborted).toBe(true);
  expect(state().ended?.message).toBe('Nothing more came in line 3, at “a=13@9”, for 20 s, so it was ended.');
  expect(state().lines).toHaveLength(1);
});

test('a person stops it at once, and what comes afterwards is not heard', async () => {
  runScript();
  const [play] = plays;
  stopScript();
  expect(play?.signal.aborted).toBe(true);
  expect(state()).toMatchObject({ playing: false, end: null, ended: { message: 'Stopped before the first step.' } });
  play?.fail(new Error('It was given up.'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(state().ended?.message).toBe('Stopped before the first step.');
});

test('playing again ends the one before, whose lines are gone', () => {
  runScript();
  const line = step(1, 'a=1');
  plays[0]?.tell([line], line);
  runScript();
  expect(plays[0]?.signal.aborted).toBe(true);
  expect(plays[1]?.signal.aborted).toBe(false);
  plays[1]?.tell([step(1, 'b=2')], line);
  vi.advanceTimersByTime(100);
  expect(state()).toMatchObject({ playing: true, lines: [{ parts: ['b=2'] }], ended: null });
});

test('a Worker that breaks is told, with its reason', async () => {
  runScript();
  plays[0]?.fail(new Error('out of memory'));
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toMatchObject({ playing: false, ended: { message: 'The script cannot be played: out of memory' } });
});

/** Tests of the command line's words, and of text for people. */
import { expect, test } from 'vitest';
import { MAX_EVENT_TIME } from '../base/units.ts';
import { parseCommand, timeMs } from './arguments.ts';
import { eventTimeText } from './event-time-text.ts';
import { textTable } from './text-table.ts';

const parse = (line: string) => parseCommand(line === '' ? [] : line.split(' '));
const run = {
  kind: 'run',
  job: 'a.weir.json',
  seed: null,
  untilMs: 600_000,
  limit: 20,
  json: false,
  faults: null,
  script: null,
  notForScripts: null,
  timeoutMs: 20_000,
  ledger: false,
};
const sim = { kind: 'sim', job: null, schedules: 20_000, from: 1, mode: null, json: false, timeoutMs: 20_000 };

test.each([
  ['', { kind: 'help' }],
  ['help', { kind: 'help' }],
  ['run --help', { kind: 'help' }],
  ['run a.weir.json', run],
  ['run a.weir.json --json', { ...run, json: true, limit: Number.POSITIVE_INFINITY }],
  [
    'run --seed 7 --until 1.5s a.weir.json --limit 3',
    { ...run, seed: 7, untilMs: 1500, limit: 3, notForScripts: 'until' },
  ],
  ['run a.weir.json --seed=-1', { ...run, seed: -1 }],
  ['run a.weir.json --script b --timeout 5s', { ...run, script: 'b', timeoutMs: 5000 }],
  ['run a.weir.json --script b --timeout 1000h', { ...run, script: 'b', timeoutMs: 2_147_483_647 }],
  ['run a.weir.json --faults chaos:3 --ledger', { ...run, faults: 'chaos:3', ledger: true, notForScripts: 'faults' }],
  ['sim', sim],
  ['sim a.weir.json', { ...sim, job: 'a.weir.json', schedules: 100 }],
  ['sim a --timeout 5s', { ...sim, job: 'a', schedules: 100, timeoutMs: 5000 }],
  ['sim --from 7 --schedules 9 --mode aligned --json', { ...sim, from: 7, schedules: 9, mode: 'aligned', json: true }],
  ['sim --replay case.json', { kind: 'replay', file: 'case.json' }],
  ['sim --mutants', { kind: 'mutants', schedules: 1500 }],
  ['check a b --json', { kind: 'check', jobs: ['a', 'b'], json: true }],
])('“weir %s” is understood', (line, command) => {
  expect(parse(line)).toEqual({ ok: true, value: command });
});

test.each([
  ['fly', 'no command “fly”'],
  ['run', 'which job to run'],
  ['check', 'which job to check'],
  ['run a b', 'one job at a time'],
  ['run a --seed x', '--seed is a whole number, not “x”'],
  ['run a --seed 1.5', '--seed is a whole number'],
  ['run a --until soon', '--until is a time'],
  ['run a --timeout 0', '--timeout is a time'],
  ['sim a --timeout soon', '--timeout is a time'],
  ['sim --timeout 5s', 'Only sim with a job has --timeout'],
  ['check a --timeout 5s', 'check has no --timeout'],
  ['run a --until 5y', '--until is a time'],
  ['run a --limit=-1', '--limit is a number'],
  ['run a --loud', '--loud'],
  ['run a --faults chaos:x', 'needs a whole number'],
  ['run a --mutants', 'run has no --mutants'],
  ['sim --seed 1', 'sim has no --seed'],
  ['sim --schedules 0', 'a number of schedules'],
  ['sim --mode best', '--mode is one of'],
  ['check a --seed 1', 'check has no --seed'],
])('“weir %s” is refused with a sentence', (line, sentence) => {
  expect(parse(line)).toEqual({ ok: false, error: expect.stringContaining(sentence) as string });
});

test('times have units', () => {
  expect(['250', '250ms', '60s', '1.5min', '2h'].map(timeMs)).toEqual([250, 250, 60_000, 90_000, 7_200_000]);
  expect(['', 's', '-1s', '1 s', '1e3'].map(timeMs)).toEqual([null, null, null, null, null]);
});

test('tables align, numbers to the right, and keep control characters from the terminal', () => {
  const rows = [
    ['ATL', 7],
    ['\u001b[31mJFK', 12],
    [null, null],
  ];
  expect(textTable(['origin', 'n'], rows)).toEqual([
    'origin     n',
    '────────  ──',
    'ATL        7',
    '·[31mJFK  12',
    '',
  ]);
});

test('event times are dates where they can be dates', () => {
  expect([null, 7, Date.UTC(2001, 0, 1), MAX_EVENT_TIME].map(eventTimeText)).toEqual([
    '',
    '7',
    '2001-01-01T00:00:00.000Z',
    'final',
  ]);
});

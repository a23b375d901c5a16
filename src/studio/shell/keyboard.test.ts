/** What each stroke means, and where it is left to the browser. */
import { describe, expect, test } from 'vitest';
import { actionFor, type Stroke } from './keyboard.ts';

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({
  key,
  ctrl: false,
  shift: false,
  alt: false,
  inField: false,
  onControl: false,
  dialogOpen: false,
  ...more,
});

test.each([
  ['Delete', {}, 'delete'],
  ['Backspace', {}, 'delete'],
  ['Escape', {}, 'clear'],
  [' ', {}, 'run-or-pause'],
  ['z', { ctrl: true }, 'undo'],
  ['Z', { ctrl: true, shift: true }, 'redo'],
  ['y', { ctrl: true }, 'redo'],
  ['c', { ctrl: true }, 'copy'],
  ['v', { ctrl: true }, 'paste'],
  ['d', { ctrl: true }, 'duplicate'],
  ['a', { ctrl: true }, 'select-all'],
  ['s', { ctrl: true }, 'save'],
  ['Enter', { ctrl: true }, 'run'],
  ['k', { ctrl: true }, 'commands'],
] as const)('%s with %o means %s', (key, more, action) => {
  expect(actionFor(stroke(key, more))).toBe(action);
});

describe('while someone types', () => {
  test.each(['Delete', 'Backspace', ' ', 'Escape', '?'])('%s belongs to the field', (key) => {
    expect(actionFor(stroke(key, { inField: true }))).toBeNull();
  });

  test.each(['z', 'c', 'v', 'a', 'd', 'y'])('Ctrl+%s belongs to the field', (key) => {
    expect(actionFor(stroke(key, { ctrl: true, inField: true }))).toBeNull();
  });

  test('Ctrl+S and Ctrl+Enter still mean the job', () => {
    expect(actionFor(stroke('s', { ctrl: true, inField: true }))).toBe('save');
    expect(actionFor(stroke('Enter', { ctrl: true, inField: true }))).toBe('run');
  });
});

test('Space presses the button that has the focus', () => {
  expect(actionFor(stroke(' ', { onControl: true }))).toBeNull();
});

test('an open dialog keeps the job out of reach', () => {
  for (const key of ['Delete', ' ', 'Escape']) expect(actionFor(stroke(key, { dialogOpen: true }))).toBeNull();
  for (const key of ['z', 'v', 'Enter']) expect(actionFor(stroke(key, { ctrl: true, dialogOpen: true }))).toBeNull();
});

test('other strokes with Ctrl or Alt are the browser’s', () => {
  expect(actionFor(stroke('r', { ctrl: true }))).toBeNull();
  expect(actionFor(stroke('C', { ctrl: true, shift: true }))).toBeNull();
  expect(actionFor(stroke('Delete', { alt: true }))).toBeNull();
});

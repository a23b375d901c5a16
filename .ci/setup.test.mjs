/** Tests of the question whether packages must be installed. */
import { expect, test } from 'vitest';
import { sameLock } from './setup.mjs';

/** @param {Record<string, object>} packages */
const lock = (packages) => JSON.stringify({ packages: { '': { version: '1.0.0' }, ...packages } });
const wanted = lock({
  'node_modules/a': { version: '1.0.0' },
  'node_modules/a-darwin': { version: '1.0.0', optional: true },
});

test('what is installed with the versions of the lock file is kept', () => {
  expect(sameLock(wanted, lock({ 'node_modules/a': { version: '1.0.0' } }))).toBe(true);
});

test('a package of another version makes the installation stale', () => {
  expect(sameLock(wanted, lock({ 'node_modules/a': { version: '0.9.0' } }))).toBe(false);
});

test('a missing package makes the installation stale', () => {
  expect(sameLock(wanted, lock({}))).toBe(false);
});

test('an optional package counts only where it is installed', () => {
  const other = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/a-darwin': { version: '0.9.0' } };
  expect(sameLock(wanted, lock(other))).toBe(false);
});

/** Tests of the counting: a runner that breaks is never counted as a pass. */
import { describe, expect, test } from 'vitest';
import { lastLine, playwrightCounts, sum, vitestCounts, withExitCode } from './counts.mjs';

const vitest = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
const loaded = { status: 'failed', assertionResults: [{}] };

describe('what the runners report', () => {
  test('vitest: tests count one by one, todo and skipped tests as skipped', () => {
    expect(vitestCounts({ ...vitest, testResults: [loaded] })).toEqual({ passed: 3, failed: 1, skipped: 3 });
  });

  test('vitest: a file that does not load is one failure though it has no tests', () => {
    const unloaded = { status: 'failed', assertionResults: [] };
    expect(vitestCounts({ ...vitest, testResults: [loaded, unloaded] }).failed).toBe(2);
  });

  test('playwright: a story that passes only when repeated has failed', () => {
    const stats = { expected: 4, unexpected: 1, flaky: 2, skipped: 3 };
    expect(playwrightCounts({ stats, errors: [] })).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  test('playwright: an error outside of any story counts', () => {
    const stats = { expected: 4, unexpected: 0, flaky: 0, skipped: 0 };
    expect(playwrightCounts({ stats, errors: [{}] }).failed).toBe(1);
  });
});

describe('what the exit code adds', () => {
  const good = { passed: 5, failed: 0, skipped: 0 };

  test('a runner that ends well is taken at its word', () => {
    expect(withExitCode(good, 0)).toEqual(good);
  });

  test('a runner that ends badly without a failed test has failed once', () => {
    expect(withExitCode(good, 1)).toEqual({ ...good, failed: 1 });
  });

  test('a failed test explains the exit code and is not counted twice', () => {
    expect(withExitCode({ ...good, failed: 2 }, 1).failed).toBe(2);
  });

  test('a runner without a report has failed, whatever its exit code', () => {
    expect(withExitCode(null, 0).failed).toBe(1);
  });
});

test('the last line sums all parts', () => {
  const parts = [
    { passed: 2, failed: 1, skipped: 9 },
    { passed: 40, failed: 0, skipped: 0 },
  ];
  expect(lastLine(sum(parts))).toBe('42 passed, 1 failed');
});

/**
 * Reads the JSON reports of the test runners into one kind of count. A runner that broke without naming a failed test
 * (a file that does not load, a crash, a time limit) counts as one failure, so that silence is never a pass.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {{ readonly numPassedTests: number, readonly numFailedTests: number, readonly numPendingTests: number,
 *   readonly numTodoTests?: number,
 *   readonly testResults: readonly { readonly status: string, readonly assertionResults: readonly unknown[] }[] }} report
 *   what vitest's `json` reporter writes
 * @returns {Counts}
 */
export function vitestCounts(report) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/**
 * @param {{ readonly stats: { readonly expected: number, readonly unexpected: number, readonly flaky: number,
 *   readonly skipped: number }, readonly errors: readonly unknown[] }} report what Playwright's `json` reporter writes
 * @returns {Counts} a test that passed only when repeated has failed
 */
export function playwrightCounts({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}

/**
 * @param {Counts | null} counted what the report says; null: there is none
 * @param {number} exitCode of the runner
 * @returns {Counts}
 */
export function withExitCode(counted, exitCode) {
  const counts = counted ?? { passed: 0, failed: 0, skipped: 0 };
  const explained = counted !== null && (exitCode === 0 || counts.failed > 0);
  return explained ? counts : { ...counts, failed: counts.failed + 1 };
}

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}

/** The line that ends every run. @param {Counts} total */
export function lastLine(total) {
  return `${total.passed} passed, ${total.failed} failed`;
}

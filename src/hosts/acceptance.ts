/**
 * The acceptance suite of hosts: what a run means, whatever carries it out. The simulator passes it in Node, the browser
 * host in a real browser. Expectations come from plain computations over the same data, never from another run.
 */
import { arrivalCases } from './acceptance-arrivals.ts';
import { controlCases } from './acceptance-control.ts';
import { failureCases } from './acceptance-failures.ts';
import { flowCases } from './acceptance-flow.ts';
import { inspectCases } from './acceptance-inspect.ts';
import { recoveryCases } from './acceptance-recovery.ts';
import { resultCases } from './acceptance-results.ts';
import { suite } from './acceptance-runs.ts';
import type { Capabilities, TestApi } from './acceptance-runs.ts';
import type { Host } from './host.ts';

/** Each case makes a host of its own. */
export function hostAcceptance(
  name: string,
  makeHost: () => Host,
  api: TestApi,
  capabilities: Capabilities = { threads: false },
): void {
  const to = suite(api, makeHost, capabilities);
  api.describe(`${name}: results`, () => resultCases(to));
  api.describe(`${name}: arrivals`, () => arrivalCases(to));
  api.describe(`${name}: channels and partitioners`, () => flowCases(to));
  api.describe(`${name}: control of a run`, () => controlCases(to));
  api.describe(`${name}: looks into subtasks`, () => inspectCases(to));
  api.describe(`${name}: failures`, () => failureCases(to));
  api.describe(`${name}: checkpoints and recovery`, () => recoveryCases(to));
}

/** The place where failure-free runs are made, as the composition root gave it. The studio knows only the contract. */
import { present } from '../../base/assert.ts';
import type { Oracle } from '../../hosts/oracle.ts';

let oracle: Oracle | null = null;

export function provideOracle(given: Oracle): void {
  oracle = given;
}

export const currentOracle = (): Oracle => present(oracle, 'an oracle, provided by the composition root,');

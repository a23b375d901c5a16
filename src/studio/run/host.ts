/** The place where jobs run, as main.tsx gave it. The studio knows only the contract. */
import type { Host } from '../../hosts/host.ts';
import { present } from '../../base/assert.ts';

let host: Host | null = null;

export function provideHost(given: Host): void {
  host = given;
}

export const currentHost = (): Host => present(host, 'a host, provided by the composition root,');

/** The place where jobs run, as the composition root gave it. The studio knows only the contract. */
import { present } from '../../base/assert.ts';
import type { Host } from '../../hosts/host.ts';

let host: Host | null = null;
let base = '';

/** @param siteBase address of the site, which the bundled data sets are relative to */
export function provideHost(given: Host, siteBase: string): void {
  host = given;
  base = siteBase;
}

export const currentHost = (): Host => present(host, 'a host, provided by the composition root,');
export const siteBase = (): string => base;

/** The browser host passes the acceptance suite of hosts, with real Workers. */
import { afterEach, describe, expect, it } from 'vitest';
import { hostAcceptance } from '../acceptance.ts';
import { BrowserHost } from './browser-host.ts';

const hosts: BrowserHost[] = [];

/** Warm Workers for the next run would slow the present one down. */
afterEach(() => {
  for (const host of hosts.splice(0)) host.dispose();
});

function makeHost(): BrowserHost {
  const host = new BrowserHost();
  hosts.push(host);
  return host;
}

hostAcceptance('browser', makeHost, { describe, it, expect }, { threads: true });

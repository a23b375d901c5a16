/** The simulator passes the acceptance suite of hosts. */
import { describe, expect, it } from 'vitest';
import { hostAcceptance } from '../acceptance.ts';
import { SimulatorHost } from './simulator-host.ts';

for (const seed of [1, 2, 3])
  hostAcceptance(`simulator, seed ${seed}`, () => new SimulatorHost({ seed }), { describe, it, expect });

/** A reload of the page: all Workers are gone, only what the browser stored is left. */
import * as z from 'zod/mini';
import { protocolPoints } from '../graph/faults.ts';
import type { FaultDefinition } from './fault.ts';

export const reloadPage: FaultDefinition<object> = {
  kind: 'reload-page',
  title: 'Reload the page',
  summary: 'Loads the page anew, as after a crash of the tab: the job goes on from its last completed checkpoint.',
  icon: 'refresh-cw',
  targets: ['page'],
  triggers: ['now', 'at', 'point'],
  points: protocolPoints,
  params: z.object({}),
  action: () => ({ kind: 'reload-page' }),
  told: () => 'The page was loaded anew.',
};

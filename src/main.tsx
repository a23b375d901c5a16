/** The composition root: the only file that knows both the studio and the hosts that run its jobs. */
import './studio/ui/kit.css';
import { present } from './base/assert.ts';
import { PostgresClient } from './connectors/transactions/postgres-client.ts';
import { BrowserHost } from './hosts/browser/browser-host.ts';
import { WorkerOracle } from './hosts/simulator/oracle-client.ts';
import { provideOracle } from './studio/run/oracle.ts';
import { startStudio } from './studio/start.tsx';

const root = present(document.getElementById('root'), 'the element that the studio is drawn in');
/** One for sinks and for the SQL box; it starts when one of them first needs it. */
const postgres = new PostgresClient();
provideOracle(new WorkerOracle());
void startStudio(root, new BrowserHost({ postgres }), postgres);

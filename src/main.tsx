/** The composition root: the only file that knows both the studio and the host that runs its jobs. */
import './studio/ui/kit.css';
import { present } from './base/assert.ts';
import { PostgresClient } from './connectors/transactions/postgres-client.ts';
import { BrowserHost } from './hosts/browser/browser-host.ts';
import { startStudio } from './studio/start.tsx';

const root = present(document.getElementById('root'), 'the element that the studio is drawn in');
/** One for sinks and for the SQL box; it starts when one of them first needs it. */
const postgres = new PostgresClient();
void startStudio(root, new BrowserHost({ postgres }), postgres);

/**
 * The script of the oracle's Worker. It gets a port, takes away from its global scope what a job's functions have no
 * business with, and does what comes over the port.
 */
import type { Resource } from '../../connectors/resource.ts';
import { lockDown } from '../lockdown.ts';
import { compare } from './compare.ts';
import type { FromOracle, PostedResource, ToOracle } from './oracle-protocol.ts';
import { OracleRun } from './oracle-run.ts';
import { parseScript } from './script/parse.ts';
import { playForPage } from './script/play-for-page.ts';
import { tryOut } from './try-out.ts';

interface WorkerScope {
  onmessage: ((event: MessageEvent<MessagePort>) => void) | null;
}

(globalThis as unknown as WorkerScope).onmessage = ({ data: port }) => {
  lockDown(globalThis);
  let run: OracleRun | null = null;
  const answer = (message: FromOracle): void => port.postMessage(message);
  const broken = (error: unknown): void =>
    answer({ kind: 'broken', reason: error instanceof Error ? error.message : String(error) });
  port.onmessage = ({ data: message }: MessageEvent<ToOracle>) => {
    switch (message.kind) {
      case 'open':
        run = new OracleRun({ ...message.request, resources: message.request.resources.map(received) });
        run.expect().then((expectation) => answer({ kind: 'expectation', expectation }), broken);
        break;
      case 'commit':
        run?.commit(message.sink, message.rows);
        break;
      case 'look':
        if (run !== null) answer({ kind: 'ledger', ledger: run.ledger(message.moments) });
        break;
      case 'check-script':
        try {
          const script = parseScript(message.job.script, message.job);
          answer({ kind: 'script-checked', complaint: script.ok ? null : script.error });
        } catch (error) {
          broken(error);
        }
        break;
      case 'play-script':
        playForPage({ ...message.request, resources: message.request.resources.map(received) }, (lines, step) =>
          answer({ kind: 'script-lines', lines, step }),
        ).then((end) => answer({ kind: 'script-played', end }), broken);
        break;
      case 'try-out':
        tryOut({ ...message.request, resources: message.request.resources.map(received) }).then(
          (view) => answer({ kind: 'tried-out', view }),
          broken,
        );
        break;
      case 'compare':
        compare({ ...message.request, resources: message.request.resources.map(received) }).then(
          (comparison) => answer({ kind: 'comparison', comparison }),
          broken,
        );
        break;
    }
  };
};

const received = ({ content, ...rest }: PostedResource): Resource => ({
  ...rest,
  content: typeof content === 'string' ? new URL(content) : content,
});

/** The oracle as the page sees it: a Worker for each account and each comparison, ended when it is no longer needed. */
import { assert } from '../../base/assert.ts';
import type { Resource } from '../../connectors/resource.ts';
import type { Job, NodeId } from '../../engine/graph/job.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { Ledger, SinkMoment } from '../../engine/telemetry/ledger.ts';
import type { Batch } from '../../engine/wire/batch.ts';
import type {
  Comparison,
  ComparisonRequest,
  Expectation,
  Oracle,
  OracleAccount,
  OracleRequest,
  TryOutRequest,
} from '../oracle.ts';
import type { OnPlayedLines, ScriptComplaint, ScriptPlayEnd, ScriptPlayRequest } from '../script-play.ts';
import type { FromOracle, PostedResource, ToOracle } from './oracle-protocol.ts';
// Vite gives the module its default export, the address of the built Worker.
// oxlint-disable-next-line import/default
import workerUrl from './oracle-worker.ts?worker&url';

export class WorkerOracle implements Oracle {
  /** Kept for the next, since a person who plays or writes asks often; one after the other. */
  private askLine: Line | null = null;
  private asked: Promise<unknown> = Promise.resolve();

  async tryOut(request: TryOutRequest): Promise<ClusterView> {
    const resources = request.resources.map(posted);
    const message = await this.ask({ kind: 'try-out', request: { ...request, resources } });
    assert(message.kind === 'tried-out', 'what is tried out is answered by how it stands');
    return message.view;
  }

  async checkScript(job: Job): Promise<ScriptComplaint | null> {
    const message = await this.ask({ kind: 'check-script', job });
    assert(message.kind === 'script-checked', 'a script is answered by what is wrong with it');
    return message.complaint;
  }

  private ask(question: ToOracle): Promise<FromOracle> {
    const answer = this.asked.then(() => this.askNow(question));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  private askNow(question: ToOracle): Promise<FromOracle> {
    const line = (this.askLine ??= new Line());
    return new Promise((resolve, reject) => {
      line.onBroken = (error) => {
        line.end();
        this.askLine = null;
        reject(error);
      };
      line.onMessage = resolve;
      line.send(question);
    });
  }

  open(request: OracleRequest): OracleAccount {
    return new WorkerAccount(request);
  }

  compare(request: ComparisonRequest, signal: AbortSignal): Promise<Comparison> {
    const resources = request.resources.map(posted);
    return alone<Comparison>({ kind: 'compare', request: { ...request, resources } }, signal, (message, resolve) => {
      assert(message.kind === 'comparison', 'a comparison is answered by a comparison');
      resolve(message.comparison);
    });
  }

  playScript(request: ScriptPlayRequest, onLines: OnPlayedLines, signal: AbortSignal): Promise<ScriptPlayEnd> {
    const resources = request.resources.map(posted);
    return alone<ScriptPlayEnd>(
      { kind: 'play-script', request: { ...request, resources } },
      signal,
      (message, resolve) => {
        if (message.kind === 'script-lines') onLines(message.lines, message.step);
        if (message.kind === 'script-played') resolve(message.end);
      },
    );
  }
}

/** One question to a Worker of its own, which ends with the answer, or when it is given up: then the promise rejects. */
function alone<T>(
  question: ToOracle,
  signal: AbortSignal,
  onMessage: (message: FromOracle, resolve: (answer: T) => void) => void,
): Promise<T> {
  const line = new Line();
  return new Promise<T>((resolve, reject) => {
    line.onBroken = reject;
    line.onMessage = (message) => onMessage(message, resolve);
    const giveUp = (): void => reject(new Error('It was given up.'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    line.send(question);
  }).finally(() => line.end());
}

class WorkerAccount implements OracleAccount {
  readonly expectation: Promise<Expectation>;
  private readonly line = new Line();
  /** Looks that wait for an answer, in order. */
  private readonly looks: { readonly resolve: (ledger: Ledger) => void; readonly reject: (error: Error) => void }[] =
    [];
  private broken: Error | null = null;

  constructor(request: OracleRequest) {
    this.expectation = new Promise((resolve, reject) => {
      this.line.onBroken = (error) => {
        this.broken ??= error;
        reject(error);
        for (const look of this.looks.splice(0)) look.reject(error);
      };
      this.line.onMessage = (message) => {
        if (message.kind === 'expectation') resolve(message.expectation);
        if (message.kind === 'ledger') this.looks.shift()?.resolve(message.ledger);
      };
    });
    this.line.send({ kind: 'open', request: { ...request, resources: request.resources.map(posted) } });
  }

  commit(sink: NodeId, rows: Batch): void {
    this.line.send({ kind: 'commit', sink, rows });
  }

  ledger(moments: ReadonlyMap<NodeId, SinkMoment>): Promise<Ledger> {
    if (this.broken !== null) return Promise.reject(this.broken);
    return new Promise((resolve, reject) => {
      this.looks.push({ resolve, reject });
      this.line.send({ kind: 'look', moments });
    });
  }

  dispose(): void {
    this.line.end();
  }
}

/** A Worker and the port to it. */
class Line {
  onMessage: (message: FromOracle) => void = () => undefined;
  onBroken: (error: Error) => void = () => undefined;
  private readonly worker: Worker;
  private readonly port: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = spawn();
    port1.onmessage = ({ data }: MessageEvent<FromOracle>) => {
      if (data.kind === 'broken') this.onBroken(new Error(data.reason));
      else this.onMessage(data);
    };
    this.worker.onerror = (event) => this.onBroken(new Error(event.message));
    this.worker.postMessage(port2, [port2]);
  }

  send(message: ToOracle): void {
    this.port.postMessage(message);
  }

  end(): void {
    this.worker.terminate();
    this.port.close();
  }
}

/**
 * A Worker loaded from a blob has the content security policy of the page, which one loaded by its address has not. So
 * the blob imports the real script. Messages that are sent before it has loaded wait: a static import comes before the
 * script's event loop.
 */
function spawn(): Worker {
  const script = new URL(workerUrl, import.meta.url).href;
  const blob = new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  const worker = new Worker(url, { type: 'module', name: 'weir oracle' });
  // The address is needed until the script has been fetched.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return worker;
}

const posted = ({ content, ...rest }: Resource): PostedResource => ({
  ...rest,
  content: content instanceof URL ? content.href : content,
});

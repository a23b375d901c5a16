/** What a subtask asks of the outside, answered by what its Worker can reach: files, the stores, the page's database. */
import type { CheckpointStore, RunId } from '../../connectors/checkpoints/store.ts';
import { lineageOf, StoreError } from '../../connectors/checkpoints/store.ts';
import type { ResourceReaders } from '../../connectors/reader.ts';
import type { TransactionalStore } from '../../connectors/transactions/system.ts';
import type { Answer, FailedAnswer, Request, TransactionalSystem } from '../../engine/wire/requests.ts';

export interface Outside {
  readonly run: RunId;
  readonly readers: ResourceReaders;
  readonly checkpoints: CheckpointStore;
  readonly systems: Readonly<Record<TransactionalSystem, TransactionalStore>>;
}

export async function answerRequest(outside: Outside, request: Request): Promise<Answer> {
  const { run, readers, checkpoints, systems } = outside;
  switch (request.kind) {
    case 'read':
      return readers.answer(request);
    case 'element':
      return { kind: 'failed', code: 'no-script', reason: 'there is no script to take elements from' };
    case 'transaction':
      return systems[request.system].answer(lineageOf(run), request);
    case 'write-state':
      return stored(() => checkpoints.write(run, request.chunks).then(() => ({ kind: 'done' })));
    case 'read-state':
      return stored(async () => ({ kind: 'state', data: await checkpoints.read(run, request.keys) }));
  }
}

async function stored(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): FailedAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  const full = error instanceof StoreError && error.code === 'full';
  return { kind: 'failed', code: full ? 'storage-full' : 'storage-failed', reason };
}

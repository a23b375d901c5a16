/** What the coordinator asks of the checkpoint store of its run, answered; and the fault that damages what is there. */
import { assert } from '../../base/assert.ts';
import { StoreError } from '../../connectors/checkpoints/store.ts';
import type { CheckpointStore, RunId } from '../../connectors/checkpoints/store.ts';
import type { StateChunk, StateHandle } from '../../engine/wire/checkpoints.ts';
import type { CoordinatorAnswer, CoordinatorRequest } from '../../engine/wire/requests.ts';

export class CoordinatorStore {
  private readonly store: CheckpointStore;
  private readonly run: RunId;

  constructor(store: CheckpointStore, run: RunId) {
    this.store = store;
    this.run = run;
  }

  async answer(request: CoordinatorRequest): Promise<CoordinatorAnswer> {
    try {
      return await this.carryOut(request);
    } catch (error) {
      assert(error instanceof StoreError, `the store fails by StoreErrors, and not: ${String(error)}`);
      return { kind: 'failed', reason: error.message };
    }
  }

  private async carryOut(request: CoordinatorRequest): Promise<CoordinatorAnswer> {
    const { store, run } = this;
    switch (request.kind) {
      case 'complete-checkpoint':
        await store.complete(run, request.metadata, request.drop, request.dropKeys);
        return { kind: 'done' };
      case 'drop-chunks':
        await store.drop(run, request.keys);
        return { kind: 'done' };
      case 'list-checkpoints':
        return { kind: 'checkpoints', checkpoints: await store.list(run) };
    }
  }

  /** Of the newest checkpoint, the largest chunk: `damage` flips a byte of it, `remove` loses it. */
  async corruptLatest(how: 'damage' | 'remove'): Promise<void> {
    const [latest] = await this.store.list(this.run);
    const handles = latest?.subtasks.flatMap((subtask) => subtask.handles) ?? [];
    const handle = handles.toSorted((a, b) => b.bytes - a.bytes)[0];
    if (handle === undefined) return;
    if (how === 'remove') await this.store.drop(this.run, [handle.key]);
    else await this.damage(handle);
  }

  private async damage(handle: StateHandle): Promise<void> {
    const [data] = await this.store.read(this.run, [handle.key]);
    if (data === null || data === undefined || data.length === 0) return;
    const middle = data.length >> 1;
    data[middle] = (data[middle] as number) ^ 0xff;
    const chunk: StateChunk = { handle, data };
    await this.store.write(this.run, [chunk]);
  }
}

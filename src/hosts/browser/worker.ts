/**
 * The script of every Worker that Weir starts. It says that it is ready, and becomes a coordinator or a subtask by the
 * one message that it then gets. Worker globals are used here and in `shared-clock.ts`; the engine knows none.
 */
import { IndexedDbCheckpointStore } from '../../connectors/checkpoints/indexed-db.ts';
import { IndexedDbTransactions } from '../../connectors/transactions/indexed-db.ts';
import { postgresThrough } from '../../connectors/transactions/postgres-port.ts';
import { Coordinator } from '../../engine/coordinator/coordinator.ts';
import { operatorTable } from '../../engine/operators/running.ts';
import type { TaskFaults } from '../../engine/wire/task-faults.ts';
import type { UserFunction } from '../../engine/task/operator.ts';
import { Subtask } from '../../engine/task/subtask.ts';
import { resultLimit } from '../../engine/telemetry/cluster-view.ts';
import { answerRequest } from './answers.ts';
import type { Outside } from './answers.ts';
import { CoordinatorLoop } from './coordinator-loop.ts';
import { CoordinatorStore } from './coordinator-store.ts';
import { lockDown } from '../lockdown.ts';
import { READY } from './protocol.ts';
import type { Assignment, CoordinatorAssignment, SubtaskAssignment } from './protocol.ts';
import { SubtaskLoop } from './subtask-loop.ts';

/** All records as long as the page can hold them; the loop's throttle decides what is sent. */
const resultLimits = { intervalMs: 100, recordsMax: resultLimit };

interface WorkerScope {
  onmessage: ((event: MessageEvent<Assignment>) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Loaded while the Worker waits: the coordinator needs neither, and they are the larger part. */
const functions = import('../../connectors/functions.ts');
const reader = import('../../connectors/reader.ts');

/** Made before the global scope is locked down, which takes the databases away from functions. */
const checkpoints = new IndexedDbCheckpointStore();
const results = new IndexedDbTransactions();

scope.onmessage = ({ data: assignment }) => {
  scope.onmessage = null;
  if (assignment.role === 'coordinator') startCoordinator(assignment);
  else startSubtask(assignment).catch(crash);
};
scope.postMessage(READY);

/** Lets the Worker's error event tell the page. */
function crash(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

function startCoordinator({ page, run }: CoordinatorAssignment): void {
  new CoordinatorLoop(new Coordinator(), page, new CoordinatorStore(checkpoints, run), crash);
}

async function startSubtask(assignment: SubtaskAssignment): Promise<void> {
  const { compileFunction } = await functions;
  const { ResourceReaders } = await reader;
  const resources = assignment.resources.map((resource) => ({
    ...resource,
    content: typeof resource.content === 'string' ? new URL(resource.content) : resource.content,
  }));
  const readers = new ResourceReaders(resources);
  const postgres = postgresThrough(assignment.postgres);
  const outside: Outside = { run: assignment.run, readers, checkpoints, systems: { results, postgres } };
  lockDown(globalThis);
  const compile = (source: string): UserFunction => {
    const compiled = compileFunction(source);
    if (!compiled.ok) throw compiled.error;
    return compiled.value;
  };
  const makeSubtask = (faults: TaskFaults): Subtask =>
    new Subtask(assignment.deployment, { operators: operatorTable, compile, results: resultLimits, faults });
  new SubtaskLoop(makeSubtask, assignment, (request) => answerRequest(outside, request), crash);
}

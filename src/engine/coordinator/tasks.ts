/**
 * What the coordinator knows of each task: its attempt, and the state of that attempt as last heard. Within an attempt
 * the state only goes forward, so a message that comes late or twice changes nothing.
 */
import { present } from '../../base/assert.ts';
import type { ExecutionGraph, Subtask, SubtaskId } from '../graph/plan.ts';
import type { TaskState } from '../wire/reports.ts';

const order: Readonly<Record<TaskState, number>> = {
  created: 0,
  deploying: 1,
  initializing: 2,
  running: 3,
  finished: 4,
  cancelled: 4,
  failed: 4,
};

export const isOver = (state: TaskState): boolean => order[state] === 4;

interface Task {
  readonly subtask: Subtask;
  readonly source: boolean;
  /** `Flights -> Map (1/2)`, as Flink names subtasks. */
  readonly name: string;
  attempt: number;
  state: TaskState;
  /** Its Worker is up. */
  deployed: boolean;
  /** It was told to start. */
  started: boolean;
  /** It was told to stop. */
  stopped: boolean;
  /** Its Worker was ended. */
  terminated: boolean;
  /** It has ended its outputs and waits for a checkpoint to finish with. */
  endOfData: boolean;
}

const fresh = {
  state: 'created',
  deployed: false,
  started: false,
  stopped: false,
  terminated: false,
  endOfData: false,
} as const;

export class Tasks {
  private readonly tasks: ReadonlyMap<SubtaskId, Task>;

  /** `attempt`: the number of the first attempt of all. */
  constructor(graph: ExecutionGraph, attempt = 1) {
    const fed = new Set(graph.jobGraph.edges.map((edge) => edge.to));
    const vertices = new Map(graph.jobGraph.vertices.map((vertex) => [vertex.id, vertex]));
    this.tasks = new Map(
      graph.subtasks.map((subtask) => {
        const vertex = present(vertices.get(subtask.vertex), `the vertex of ${subtask.id}`);
        const name = `${vertex.name} (${subtask.index + 1}/${vertex.parallelism})`;
        const source = !fed.has(vertex.id);
        return [subtask.id, { subtask, source, name, attempt, ...fresh }];
      }),
    );
  }

  get size(): number {
    return this.tasks.size;
  }

  has(id: SubtaskId): boolean {
    return this.tasks.has(id);
  }

  state(id: SubtaskId): TaskState {
    return this.task(id).state;
  }

  name(id: SubtaskId): string {
    return this.task(id).name;
  }

  attempt(id: SubtaskId): number {
    return this.task(id).attempt;
  }

  /** The next attempt begins: all that was known of the last one is forgotten. */
  renew(id: SubtaskId): void {
    const task = this.task(id);
    Object.assign(task, fresh);
    task.attempt += 1;
  }

  /** Whether the task moved: false for a state that is not ahead of the one it has. */
  move(id: SubtaskId, state: TaskState): boolean {
    const task = this.task(id);
    if (order[state] <= order[task.state]) return false;
    task.state = state;
    return true;
  }

  /** Whether this is news. */
  markDeployed(id: SubtaskId): boolean {
    const task = this.task(id);
    if (task.deployed || isOver(task.state)) return false;
    task.deployed = true;
    return true;
  }

  isDeployed(id: SubtaskId): boolean {
    return this.task(id).deployed;
  }

  markStarted(id: SubtaskId): void {
    this.task(id).started = true;
  }

  /** Whether this is news. */
  markStopped(id: SubtaskId): boolean {
    const task = this.task(id);
    if (task.stopped) return false;
    task.stopped = true;
    return true;
  }

  /** Whether this is news. */
  markTerminated(id: SubtaskId): boolean {
    const task = this.task(id);
    if (task.terminated) return false;
    task.terminated = true;
    return true;
  }

  isStarted(id: SubtaskId): boolean {
    return this.task(id).started;
  }

  markEndOfData(id: SubtaskId): void {
    this.task(id).endOfData = true;
  }

  saidEndOfData(id: SubtaskId): boolean {
    return this.task(id).endOfData;
  }

  /** Ids of all tasks, in the graph's order. */
  all(): SubtaskId[] {
    return [...this.tasks.keys()];
  }

  /** Tasks that have not ended. */
  open(): SubtaskId[] {
    return this.all().filter((id) => !isOver(this.state(id)));
  }

  /** Nothing has to come up any more. */
  allDeployed(): boolean {
    return this.every((task) => task.deployed || isOver(task.state));
  }

  allOver(): boolean {
    return this.every((task) => isOver(task.state));
  }

  allSourcesOver(): boolean {
    return this.every((task) => !task.source || isOver(task.state));
  }

  allRunningOrFinished(): boolean {
    return this.every(({ state }) => state === 'running' || state === 'finished');
  }

  private every(holds: (task: Task) => boolean): boolean {
    for (const task of this.tasks.values()) if (!holds(task)) return false;
    return true;
  }

  private task(id: SubtaskId): Task {
    return present(this.tasks.get(id), `the subtask ${id} of the plan`);
  }
}

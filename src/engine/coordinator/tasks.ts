/**
 * What the coordinator knows of each task: its state as last heard. A task's state only goes forward, so a message
 * that comes late or twice changes nothing.
 */
import { present } from '../../base/assert.ts';
import type { ExecutionGraph, Subtask, SubtaskId } from '../graph/plan.ts';
import type { TaskState } from '../wire/reports.ts';

const order: Readonly<Record<TaskState, number>> = {
  created: 0,
  deploying: 1,
  running: 2,
  finished: 3,
  cancelled: 3,
  failed: 3,
};

export const isOver = (state: TaskState): boolean => order[state] === 3;

interface Task {
  readonly subtask: Subtask;
  readonly source: boolean;
  /** `Flights -> Map (1/2)`, as Flink names subtasks. */
  readonly name: string;
  state: TaskState;
  deployed: boolean;
}

export class Tasks {
  private readonly tasks: ReadonlyMap<SubtaskId, Task>;

  constructor(graph: ExecutionGraph) {
    const fed = new Set(graph.jobGraph.edges.map((edge) => edge.to));
    const vertices = new Map(graph.jobGraph.vertices.map((vertex) => [vertex.id, vertex]));
    this.tasks = new Map(
      graph.subtasks.map((subtask) => {
        const vertex = present(vertices.get(subtask.vertex), `the vertex of ${subtask.id}`);
        const name = `${vertex.name} (${subtask.index + 1}/${vertex.parallelism})`;
        return [subtask.id, { subtask, source: !fed.has(vertex.id), name, state: 'created', deployed: false }];
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

  private every(holds: (task: Task) => boolean): boolean {
    for (const task of this.tasks.values()) if (!holds(task)) return false;
    return true;
  }

  private task(id: SubtaskId): Task {
    return present(this.tasks.get(id), `the subtask ${id} of the plan`);
  }
}

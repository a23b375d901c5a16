/** A moment of the cluster: the newest view, with what looks into subtasks have told since in the place of their gauges. */
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import type { Inspected } from '../../engine/wire/inspect.ts';

export function momentOf(view: ClusterView, looks: readonly Inspected[]): ClusterView {
  if (looks.length === 0) return view;
  const subtasks = new Map(view.subtasks);
  const channels = new Map(view.channels);
  let { at } = view;
  for (const look of looks) {
    const { subtask, gauges } = look;
    const before = subtasks.get(subtask);
    if (before === undefined) continue;
    if (look.at > at) ({ at } = look);
    const operators = new Map(before.operators);
    for (const one of gauges.operators) {
      const rates = operators.get(one.node) ?? { recordsInPerSecond: 0, recordsOutPerSecond: 0 };
      operators.set(one.node, { ...rates, ...one });
    }
    const { watermark, idle } = gauges;
    subtasks.set(subtask, { ...before, state: 'running', watermark, idle, operators, gauges });
    for (const input of gauges.inputs) {
      const channel = channels.get(input.channel);
      if (channel !== undefined) channels.set(input.channel, { ...channel, input });
    }
  }
  return { ...view, at, subtasks, channels };
}

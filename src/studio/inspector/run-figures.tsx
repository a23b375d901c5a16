/** The whole run in figures: how large it is, what enters and leaves it, what is under way. */
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { useThrottledView, wholeView } from '../run/use-throttled-view.ts';
import { durationText } from '../ui/duration.ts';
import { count, perSecond } from './figures.ts';
import { Figures, Section, type Figure } from './parts.tsx';

export function RunFigures() {
  const view = useThrottledView(wholeView);
  if (view === null) return null;
  return (
    <Section title="Live">
      <Figures figures={figuresOf(view)} />
    </Section>
  );
}

function figuresOf(view: ClusterView): readonly Figure[] {
  const { subtasks, channels, jobGraph } = view.graph;
  const fed = new Set(jobGraph.edges.map((edge) => edge.to));
  const heads = jobGraph.vertices
    .filter((vertex) => !fed.has(vertex.id))
    .flatMap((vertex) => vertex.operators[0]?.node ?? []);
  const sources = heads.flatMap((node) => view.nodes.get(node) ?? []);
  const results = [...view.results.values()];
  const links = [...view.edges.values()];
  const { startedAt, endedAt } = view.job;
  const ranMs = startedAt === null ? null : Math.max(0, (endedAt ?? view.at) - startedAt);
  return [
    ...(ranMs === null
      ? []
      : [
          {
            label: 'Ran',
            value: ranMs < 1000 ? durationText(Math.round(ranMs)) : durationText(Math.floor(ranMs / 1000) * 1000),
            meaning: 'On the clock of the job, which stands still while it is paused.',
          },
        ]),
    {
      label: 'Sources',
      value: `${perSecond(sum(sources, (node) => node.recordsOutPerSecond))}  ${count(sum(sources, (node) => node.recordsOut))}`,
      meaning: 'Records per second, and all so far, that the sources emitted.',
    },
    {
      label: 'Sinks',
      value: count(sum(results, (result) => result.total)),
      meaning: 'Records that reached the sinks.',
    },
    {
      label: 'In flight',
      value: `${count(sum(links, (edge) => edge.inFlightRecords))} records`,
      meaning: 'Sent over a channel and not yet received.',
    },
    {
      label: 'Queued',
      value: `${count(sum(links, (edge) => edge.queuedRecords))} records`,
      meaning: 'In buffers, waiting for a receiver or for credit.',
    },
    { label: 'Subtasks', value: count(subtasks.length), meaning: 'Each runs in a Worker of its own.' },
    { label: 'Channels', value: count(channels.length), meaning: 'Pairs of subtasks that send to each other.' },
  ];
}

const sum = <T,>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

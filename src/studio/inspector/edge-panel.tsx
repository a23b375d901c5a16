/** The inspector of one edge: its partitioner, why it is chained or not, its columns, and its channels live. */
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { partitioners, type EdgeId, type PartitionerChoice } from '../../engine/graph/job.ts';
import { chainReasons } from '../../engine/graph/plan.ts';
import { fill } from '../../engine/graph/problems.ts';
import type { ChannelView } from '../../engine/telemetry/cluster-view.ts';
import { setPartitioner } from '../document/commands.ts';
import { nodeOf, useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { BreakItPanel } from '../fault-panel/lazy-panels.tsx';
import { useThrottledView, wholeView } from '../run/use-throttled-view.ts';
import { deleteSelection } from '../session/commands.ts';
import { IconButton } from '../ui/button.tsx';
import { Field, ProblemNotes } from '../ui/field.tsx';
import { Select } from '../ui/inputs.tsx';
import { Meaning } from '../ui/tooltip.tsx';
import { count, percent, perSecond } from './figures.ts';
import { toFieldProblem } from './form-model.ts';
import { Figures, PanelHead, SchemaList, Section } from './parts.tsx';
import { edgeTypeOf, partitionerMeanings } from './partitioner-text.ts';

export function EdgePanel({ id }: { readonly id: EdgeId }) {
  const job = useJob((each) => each);
  const derived = useDerived((state) => state);
  const edge = job.edges.find((each) => each.id === id);
  if (edge === undefined) return null;
  const name = (node: string) => nodeOf(job, node)?.name ?? node;
  const problems = derived.analysis.problems.filter((problem) => problem.edge === id).map(toFieldProblem);
  const decision = derived.plan?.jobGraph.decisions.get(id);
  const options = [
    {
      value: 'auto' as PartitionerChoice,
      label:
        decision === undefined || edge.partitioner !== 'auto' ? 'Automatic' : `Automatic · ${decision.partitioner}`,
    },
    ...partitioners
      .filter((each) => each !== 'hash')
      .map((each) => ({ value: each as PartitionerChoice, label: each })),
  ];
  return (
    <>
      <PanelHead subtitle={edge.from.port === 'out' ? 'Edge' : `Edge from port “${edge.from.port}”`}>
        <div className="flex items-start gap-1">
          <h2 className="min-w-0 flex-1 text-lg leading-6 font-semibold break-words">
            {name(edge.from.node)} <span className="text-faint">→</span> {name(edge.to.node)}
          </h2>
          <IconButton label="Delete" keys="Delete" icon={<Trash2 size={14} aria-hidden />} onClick={deleteSelection} />
        </div>
      </PanelHead>
      <div className="flex flex-col gap-3.5 px-4 pb-4">
        {problems.length > 0 && <ProblemNotes problems={problems} />}
        <Field label="Partitioner" help="Which subtask of the receiver a record goes to.">
          {(control) => (
            <Select
              {...control}
              value={edge.partitioner}
              options={options}
              onValue={(value) => setPartitioner(id, value)}
            />
          )}
        </Field>
        {decision !== undefined && (
          <div className="card note">
            <p className="text-ink mb-1 font-semibold">{decision.partitioner}</p>
            <p>{partitionerMeanings[decision.partitioner]}</p>
            <p className="mt-1.5">{fill(chainReasons[decision.reason], decision.details)}</p>
          </div>
        )}
      </div>
      <Channels id={id} />
      <BreakItPanel place={{ kind: 'edge', edge: id }} />
      <Section title="Columns">
        <SchemaList
          type={edgeTypeOf(derived.analysis, job, edge)}
          empty="Not known until the problems before it are solved."
        />
      </Section>
    </>
  );
}

const shownMost = 24;

function Channels({ id }: { readonly id: EdgeId }) {
  const view = useThrottledView(wholeView);
  const [all, setAll] = useState(false);
  const live = view?.edges.get(id);
  if (view === null || live === undefined) return null;
  const { channels } = view;
  const rows = live.channels.flatMap((channel) => channels.get(channel) ?? []);
  const shown = all ? rows : rows.slice(0, shownMost);
  return (
    <Section title="Live">
      <Figures
        figures={[
          {
            label: 'Records',
            value: perSecond(live.recordsPerSecond),
            meaning: 'Records per second over all channels of this edge.',
          },
          {
            label: 'In flight',
            value: `${count(live.inFlightRecords)} records`,
            meaning: 'Sent and not yet received.',
          },
          {
            label: 'Queued',
            value: `${count(live.queuedRecords)} records in ${count(live.queuedBuffers)} buffers`,
            meaning: 'Received or ready to send, and not yet processed.',
          },
          {
            label: 'Credits',
            value: count(live.credits),
            meaning: 'Free buffers that the receivers have granted to the senders.',
          },
        ]}
      />
      {rows.length > 0 && (
        <table className="channels">
          <thead>
            <tr>
              <th>channel</th>
              <th>
                <Meaning of="rate" is="Records per second" />
              </th>
              <th>
                <Meaning of="flight" is="Records sent and not yet received" />
              </th>
              <th>
                <Meaning of="credit" is="Free buffers granted to the sender" />
              </th>
              <th>
                <Meaning of="fill" is="Share of the channel's buffers that wait at the receiver" />
              </th>
            </tr>
          </thead>
          <tbody className="mono">
            {shown.map((row) => (
              <ChannelRow key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > shown.length && (
        <button type="button" className="link self-start" onClick={() => setAll(true)}>
          Show all {rows.length} channels
        </button>
      )}
    </Section>
  );
}

function ChannelRow({ row }: { readonly row: ChannelView }) {
  return (
    <tr>
      <td>{row.id.slice(row.id.indexOf(':') + 1).replace('-', ' → ')}</td>
      <td>{perSecond(row.recordsPerSecond)}</td>
      <td>{count(row.inFlightRecords)}</td>
      <td>{row.output?.credits ?? '–'}</td>
      <td>{percent(row.fill)}</td>
    </tr>
  );
}

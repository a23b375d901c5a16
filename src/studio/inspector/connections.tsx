/** The edges of an operator as lists: what feeds it can be chosen here, without a pointer. */
import { ArrowRight, X } from 'lucide-react';
import type { Job, JobEdge, JobNode } from '../../engine/graph/job.ts';
import type { InputPort, OperatorKind, OutputPort } from '../../engine/graph/kind.ts';
import { outputsOf } from '../../engine/graph/ports.ts';
import { problemMessage } from '../../engine/graph/problems.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { connect, deleteParts } from '../document/commands.ts';
import { nodeOf, useJob } from '../document/document-store.ts';
import { showPlace, toast } from '../session/commands.ts';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/inputs.tsx';
import { Section } from './parts.tsx';

export function Connections({ node, kind }: { readonly node: JobNode; readonly kind: OperatorKind }) {
  const job = useJob((each) => each);
  return (
    <Section title="Connections">
      {kind.inputs.map((port) => (
        <InputEdges key={port.name} job={job} node={node} port={port} />
      ))}
      {outputsOf(kind, node.params).map((port) => (
        <OutputEdges key={port.name} job={job} node={node} port={port} />
      ))}
    </Section>
  );
}

function InputEdges({ job, node, port }: { readonly job: Job; readonly node: JobNode; readonly port: InputPort }) {
  const edges = job.edges.filter((edge) => edge.to.node === node.id && edge.to.port === port.name);
  const taken = new Set(edges.map((edge) => `${edge.from.node} ${edge.from.port}`));
  const sources = job.nodes
    .filter((each) => each.id !== node.id)
    .flatMap((each) => ends(each))
    .filter(({ value }) => !taken.has(value));
  return (
    <Field label={`Input “${port.name}”`} group>
      {() => (
        <div className="flex flex-col gap-1">
          {edges.map((edge) => (
            <EdgeRow key={edge.id} job={job} edge={edge} end="from" />
          ))}
          {(edges.length === 0 || port.many) && (
            <Select
              aria-label={`Connect input ${port.name}`}
              value=""
              placeholder="Connect from…"
              options={sources}
              onValue={(value) => {
                // Ids have no spaces; names of ports may.
                const [from = ''] = value.split(' ', 1);
                const end = { node: from, port: value.slice(from.length + 1) };
                const drawn = connect(end, { node: node.id, port: port.name });
                if (!drawn.ok) toast(problemMessage(drawn.error), { tone: 'error' });
              }}
            />
          )}
        </div>
      )}
    </Field>
  );
}

const ends = (node: JobNode) => {
  const ports = outputsOf(kindTable.get(node.kind), node.params);
  return ports.map((port) => ({
    value: `${node.id} ${port.name}`,
    label: ports.length === 1 ? node.name : `${node.name} · ${port.name}`,
  }));
};

function OutputEdges({ job, node, port }: { readonly job: Job; readonly node: JobNode; readonly port: OutputPort }) {
  const edges = job.edges.filter((edge) => edge.from.node === node.id && edge.from.port === port.name);
  return (
    <Field label={`Output “${port.name}”`} group>
      {() => (
        <div className="flex flex-col gap-1">
          {edges.map((edge) => (
            <EdgeRow key={edge.id} job={job} edge={edge} end="to" />
          ))}
          {edges.length === 0 && <p className="note">Not connected.</p>}
        </div>
      )}
    </Field>
  );
}

/** Leads to the edge's own panel; the cross deletes it. */
function EdgeRow({ job, edge, end }: { readonly job: Job; readonly edge: JobEdge; readonly end: 'from' | 'to' }) {
  const other = nodeOf(job, edge[end].node)?.name ?? edge[end].node;
  return (
    <div className="edge-row">
      <button type="button" className="min-w-0 flex-1 truncate text-left" onClick={() => showPlace({ edge: edge.id })}>
        {end === 'to' && <ArrowRight size={12} aria-hidden className="mr-1.5 inline" />}
        {other}
      </button>
      <button
        type="button"
        className="icon-button small"
        aria-label={`Delete edge ${end === 'from' ? 'from' : 'to'} ${other}`}
        onClick={() => deleteParts([], [edge.id])}
      >
        <X size={13} aria-hidden />
      </button>
    </div>
  );
}

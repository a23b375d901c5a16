/** The inspector of one operator: its form, its parallelism and chaining, what flows in and out, live figures. */
import { Copy, Trash2 } from 'lucide-react';
import type { JobNode, NodeId } from '../../engine/graph/job.ts';
import type { OperatorKind } from '../../engine/graph/kind.ts';
import { outputsOf } from '../../engine/graph/ports.ts';
import { isKeyless, isSingle, keylessNote, parallelismLimit, parallelismOf } from '../../engine/graph/partitioning.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { renameNode, setChaining, setCost, setParallelism } from '../document/commands.ts';
import { nodeOf, useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { BreakItPanel } from '../fault-panel/lazy-panels.tsx';
import { useThrottledView, wholeView } from '../run/use-throttled-view.ts';
import { deleteSelection, duplicateSelection } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import type { ClusterView } from '../../engine/telemetry/cluster-view.ts';
import { LazyWhyButton } from '../why/lazy-why.tsx';
import { IconButton } from '../ui/button.tsx';
import { Field, ProblemNotes, type FieldProblem } from '../ui/field.tsx';
import { NumberInput, Select } from '../ui/inputs.tsx';
import { Connections } from './connections.tsx';
import { count, percent, perSecond, watermarkText } from './figures.ts';
import { fieldsOf, problemsByField, shownFields, valuesOf } from './form-model.ts';
import { ParamField } from './param-field.tsx';
import { Figures, NameInput, PanelHead, SchemaList, Section } from './parts.tsx';

export function NodePanel({ id }: { readonly id: NodeId }) {
  const node = useJob((job) => nodeOf(job, id));
  if (node === undefined) return null;
  const kind = kindTable.get(node.kind);
  return kind === undefined ? <UnknownKind node={node} /> : <KnownKind node={node} kind={kind} />;
}

function KnownKind({ node, kind }: { readonly node: JobNode; readonly kind: OperatorKind }) {
  const problems = useDerived((state) => state.analysis.problems);
  const types = useDerived((state) => state.analysis.types.get(node.id));
  const outputs = outputsOf(kind, node.params);
  const all = fieldsOf(kind);
  const fields = shownFields(all, node);
  const values = valuesOf(all, node);
  const byField = problemsByField(problems, node.id, fields);
  const streams = {
    input: types?.inputs.flatMap((type) => type?.schema ?? []) ?? [],
    key: types?.inputs[0]?.key ?? [],
    output: types?.outputs?.[0]?.schema ?? declared(node),
  };
  return (
    <>
      <Head node={node} subtitle={`${kind.title}. ${kind.summary}`} />
      <GeneralProblems problems={byField.get('') ?? []} />
      {fields.length > 0 && (
        <div className="flex flex-col gap-3.5 px-4 pb-4">
          {fields.map((field) => (
            <ParamField
              key={field.name}
              node={node}
              field={field}
              values={values}
              problems={byField.get(field.name) ?? []}
              streams={streams}
            />
          ))}
        </div>
      )}
      <LiveFigures id={node.id} />
      <BreakItPanel place={{ kind: 'node', node: node.id }} />
      <Execution node={node} kind={kind} problems={byField.get('parallelism') ?? []} />
      <Connections node={node} kind={kind} />
      {kind.inputs.map((port, i) => (
        <Section key={port.name} title={kind.inputs.length === 1 ? 'Input columns' : `Columns of ${port.name}`}>
          <SchemaList type={types?.inputs[i] ?? null} empty="Not known: nothing with a sound schema is connected." />
        </Section>
      ))}
      {outputs.map((port, i) => (
        <Section key={port.name} title={outputs.length === 1 ? 'Output columns' : `Columns of ${port.name}`}>
          <SchemaList type={types?.outputs?.[i] ?? null} empty="Not known until the problems above are solved." />
        </Section>
      ))}
    </>
  );
}

/** Columns that the node declares, for pickers while its types cannot be derived. */
function declared(node: JobNode) {
  const columns = node.params['columns'];
  if (!Array.isArray(columns)) return [];
  return columns.filter(
    (column): column is { name: string; type: 'json' } =>
      typeof (column as { name?: unknown } | null)?.name === 'string',
  );
}

function Head({ node, subtitle }: { readonly node: JobNode; readonly subtitle: string }) {
  return (
    <PanelHead subtitle={subtitle}>
      <div className="flex items-center gap-1">
        <NameInput label="Name of the operator" value={node.name} onText={(name) => renameNode(node.id, name)} />
        <IconButton
          label="Duplicate"
          keys="Ctrl+D"
          icon={<Copy size={14} aria-hidden />}
          onClick={duplicateSelection}
        />
        <IconButton label="Delete" keys="Delete" icon={<Trash2 size={14} aria-hidden />} onClick={deleteSelection} />
      </div>
    </PanelHead>
  );
}

function GeneralProblems({ problems }: { readonly problems: readonly FieldProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <div className="px-4 pb-3">
      <ProblemNotes problems={problems} />
    </div>
  );
}

function Execution({
  node,
  kind,
  problems,
}: {
  readonly node: JobNode;
  readonly kind: OperatorKind;
  readonly problems: readonly FieldProblem[];
}) {
  const settings = useJob((job) => job.settings);
  const most = parallelismLimit(settings);
  const inputs = useDerived((state) => state.analysis.types.get(node.id))?.inputs;
  const single = isSingle(kind, inputs);
  const keyless = isKeyless(kind, inputs);
  // A parallelism that has no effect can be taken back.
  const fixed = single && !(keyless && node.parallelism !== null);
  const choices = Array.from({ length: most }, (_, i) => String(i + 1));
  return (
    <Section title="Execution">
      <Field
        label="Parallelism"
        help={keyless ? keylessNote : 'Number of subtasks; each runs in a Worker of its own.'}
        problems={problems}
      >
        {(control) => (
          <Select
            {...control}
            disabled={fixed}
            value={fixed || node.parallelism === null ? '' : String(node.parallelism)}
            options={[
              {
                value: '',
                label: single
                  ? `1 · ${keyless ? 'all records, not parallel without a key' : 'this operator is never parallel'}`
                  : `Job default · ${parallelismOf({ ...node, parallelism: null }, kind, settings, inputs)}`,
              },
              ...choices.map((value) => ({ value, label: value })),
            ]}
            onValue={(value) => setParallelism(node.id, value === '' ? null : Number(value))}
          />
        )}
      </Field>
      <Field
        label="Chaining"
        help="Chained operators share a subtask: records pass by a function call instead of a channel."
      >
        {(control) => (
          <Select
            {...control}
            value={node.chaining}
            options={[
              { value: 'always', label: 'Chain where possible' },
              { value: 'head', label: 'Start a new chain' },
              { value: 'never', label: 'Never chain' },
            ]}
            onValue={(chaining) => setChaining(node.id, chaining)}
          />
        )}
      </Field>
      <Field
        label="Simulated cost"
        aside="ms per record"
        help="Makes the operator slow on purpose, so that backpressure can be seen. 0: as fast as it is."
      >
        {(control) => (
          <NumberInput
            {...control}
            value={node.costMs}
            min={0}
            max={60_000}
            step={0.5}
            onValue={(cost) => setCost(node.id, cost)}
          />
        )}
      </Field>
    </Section>
  );
}

function LiveFigures({ id }: { readonly id: NodeId }) {
  const view = useThrottledView(wholeView);
  const picked = useSession((state) => state.selection.subtask);
  const subtask = picked === null ? undefined : view?.subtasks.get(picked);
  const own = subtask?.operators.get(id);
  const one = subtask !== undefined && own !== undefined;
  const live = one ? { ...own, shares: subtask.shares } : view?.nodes.get(id);
  if (live === undefined) return null;
  const index = one ? view?.graph.subtasks.find((each) => each.id === picked)?.index : undefined;
  const figures = [
    {
      label: 'In',
      value: `${perSecond(live.recordsInPerSecond)}  ${count(live.recordsIn)}`,
      meaning: 'Records per second, and all so far, that entered this operator.',
    },
    {
      label: 'Out',
      value: `${perSecond(live.recordsOutPerSecond)}  ${count(live.recordsOut)}`,
      meaning: 'Records per second, and all so far, that left this operator.',
    },
    {
      label: 'Busy',
      value: percent(live.shares.busy),
      meaning: `Share of time spent working${one ? '' : ', of the busiest subtask'}.`,
    },
    {
      label: 'Idle',
      value: percent(live.shares.idle),
      meaning: `Share of time spent waiting for records${one ? '' : ', of the same subtask'}.`,
    },
    {
      label: 'Backpressured',
      value: percent(live.shares.backpressured),
      meaning: 'Share of time in which the same subtask could not send, because the receiver had no free buffers.',
    },
    ...(live.shares.aligning === undefined
      ? []
      : [
          {
            label: 'Aligning',
            value: percent(live.shares.aligning),
            meaning: 'Share of time in which it did not read, to let the other sources of its group catch up.',
          },
        ]),
    {
      label: 'Watermark',
      value: watermarkText(live.watermark),
      meaning:
        'No more records with an event time up to this are expected: the least of the subtasks that are not idle.',
    },
    ...(live.lateDropped > 0
      ? [
          {
            label: 'Late',
            value: count(live.lateDropped),
            meaning: 'Records that came after their window had been closed, and were dropped.',
          },
        ]
      : []),
    ...(live.stateEntries > 0
      ? [
          {
            label: 'State',
            value: `${count(live.stateEntries)} ${live.stateEntries === 1 ? 'entry' : 'entries'}`,
            meaning: 'Keyed entries that this operator holds.',
          },
        ]
      : []),
    ...(live.timers > 0
      ? [{ label: 'Timers', value: count(live.timers), meaning: 'Set, and waiting for their time.' }]
      : []),
  ];
  return (
    <Section title={one ? `Live · subtask ${index ?? ''}` : 'Live'}>
      <Figures figures={figures} />
      {view !== null && (
        <div className="pt-1">
          <LazyWhyButton
            question={{ kind: 'watermark', node: id, subtask: one ? picked : null }}
            about={`Watermark of ${nameOf(view, id)} ${index ?? ''}`.trim()}
            text="Why this watermark?"
          />
        </div>
      )}
    </Section>
  );
}

const nameOf = (view: ClusterView | null, id: NodeId): string =>
  view?.graph.jobGraph.vertices.flatMap(({ operators }) => operators).find(({ node }) => node === id)?.name ?? id;

function UnknownKind({ node }: { readonly node: JobNode }) {
  const problems = useDerived((state) => state.analysis.problems);
  return (
    <>
      <Head node={node} subtitle={`Unknown kind “${node.kind}”`} />
      <GeneralProblems problems={problemsByField(problems, node.id, []).get('') ?? []} />
      <Section title="Parameters as they are">
        <pre className="card mono overflow-x-auto whitespace-pre-wrap">{JSON.stringify(node.params, null, 2)}</pre>
      </Section>
    </>
  );
}

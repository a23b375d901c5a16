/** The node types of the canvas: an operator, a vertex of chained operators, a subtask. Memoised; live numbers bypass React. */
import type { Node, NodeProps } from '@xyflow/react';
import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react';
import { memo } from 'react';
import { severityOf } from '../../engine/graph/problems.ts';
import { select, toggleExpanded } from '../session/commands.ts';
import { useSession } from '../session/session-store.ts';
import { KindIcon } from '../ui/icons.tsx';
import { CardWhy } from './card-why.tsx';
import { Lane } from './lane.tsx';
import { liveView } from './live-lanes.ts';
import { entryHeight, headHeight, rowHeight, subtaskHeadHeight } from './metrics.ts';
import { Port } from './port.tsx';
import { ProblemBadge } from './problem-badge.tsx';
import type { SceneEntry, SceneNode, SceneRow } from './scene-parts.ts';

export type CardNode = Node<{ readonly scene: SceneNode }>;
type CardProps = NodeProps<CardNode>;

const OperatorCard = memo(({ data: { scene }, selected }: CardProps) => (
  <article className="wc-card" data-selected={selected || undefined} data-tone={toneOf(scene)}>
    <Head scene={scene} icon />
    <Lanes scene={scene} />
    <Ports scene={scene} connectable />
  </article>
));

const VertexCard = memo(({ data: { scene }, selected }: CardProps) => (
  <article className="wc-card wc-vertex" data-selected={selected || undefined} data-tone={toneOf(scene)}>
    <Head scene={scene} icon={false} />
    <div className="wc-rows">
      {scene.entries.map((entry) => (
        <Entry key={`${entry.partitioner} ${entry.reason}`} entry={entry} />
      ))}
      {scene.rows.map((row) => (
        <Row key={row.node} row={row} />
      ))}
    </div>
    <Lanes scene={scene} />
    <Ports scene={scene} connectable={false} />
  </article>
));

const SubtaskCard = memo(({ data: { scene }, selected }: CardProps) => (
  <article className="wc-card" data-selected={selected || undefined}>
    <header className="wc-head wc-head-small" style={{ height: subtaskHeadHeight }}>
      <h3 className="wc-name" title={scene.title}>
        {scene.title}
      </h3>
    </header>
    <Lanes scene={scene} />
    <Ports scene={scene} connectable={false} />
  </article>
));

/** Declared once: React Flow remounts all nodes when this changes. */
export const cardTypes = { operator: OperatorCard, vertex: VertexCard, subtask: SubtaskCard };

function Head({ scene, icon }: { readonly scene: SceneNode; readonly icon: boolean }) {
  return (
    <header className="wc-head" style={{ height: headHeight }}>
      {icon && (
        <span className="wc-kind" aria-hidden>
          <KindIcon icon={scene.icon} family={scene.family} size={15} />
        </span>
      )}
      <span className="wc-words">
        <h3 className="wc-name" title={scene.title}>
          {scene.title}
        </h3>
        <span className="wc-subtitle" title={scene.subtitle}>
          {scene.subtitle}
        </span>
      </span>
      <ProblemBadge problems={scene.problems} of={scene.title} />
      <Parallelism scene={scene} />
      <CardWhy node={scene.node} title={scene.title} />
    </header>
  );
}

/** `×3`; a button that shows or hides the lanes where there is more than one. */
function Parallelism({ scene }: { readonly scene: SceneNode }) {
  const text = `×${scene.parallelism}`;
  if (!scene.expandable)
    return (
      <span className="wc-parallelism" title={`Parallelism 1: one subtask. ${scene.parallelismNote}`.trim()}>
        {text}
      </span>
    );
  const label = `${scene.expanded ? 'Collapse' : 'Expand'} the ${scene.parallelism} subtasks of ${scene.title}`;
  return (
    <button
      type="button"
      className="wc-parallelism wc-parallelism-button nodrag"
      aria-label={label}
      title={label}
      aria-expanded={scene.expanded}
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        toggleExpanded(scene.node);
      }}
    >
      {scene.expanded ? <ChevronsDownUp size={11} aria-hidden /> : <ChevronsUpDown size={11} aria-hidden />}
      {text}
    </button>
  );
}

/** Why the chain begins here. */
const Entry = ({ entry }: { readonly entry: SceneEntry }) => (
  <p
    className="wc-entry nodrag"
    style={{ height: entryHeight }}
    data-tip="note"
    data-note={`From ${entry.from.join(', ')} by ${entry.partitioner}. ${entry.reason}`}
  >
    <span className="wc-entry-text">
      <b>{entry.partitioner}</b> {entry.reason}
    </span>
  </p>
);

/** An operator inside a vertex, under the link from the one before: a function call, not a channel. */
function Row({ row }: { readonly row: SceneRow }) {
  const picked = useSession((state) => state.selection.nodes.includes(row.node));
  return (
    <button
      type="button"
      className="wc-row nodrag"
      data-picked={picked || undefined}
      data-chained={row.chained === '' ? undefined : ''}
      style={{ height: rowHeight }}
      onClick={(event) => {
        event.stopPropagation();
        select([row.node]);
      }}
    >
      {row.chained !== '' && (
        <span className="wc-chain" title={row.chained}>
          function call
        </span>
      )}
      <KindIcon icon={row.icon} family={row.family} size={13} />
      <span className="wc-row-name">{row.title}</span>
      <span className="wc-row-subtitle">{row.subtitle}</span>
    </button>
  );
}

function Lanes({ scene }: { readonly scene: SceneNode }) {
  const selected = useSession((state) => state.selection.nodes.includes(scene.node));
  const subtask = useSession((state) => (selected ? state.selection.subtask : null));
  const pick = (index: number) => select([scene.node], [], liveView()?.nodes.get(scene.node)?.subtasks[index] ?? null);
  return (
    <div className="wc-lanes">
      {scene.lanes.map((lane) => (
        <Lane
          key={lane.index ?? 'all'}
          lane={lane}
          name={scene.shape === 'operator' ? scene.title : scene.title.replace(/ \d+$/, '')}
          picked={scene.shape !== 'subtask' && subtask !== null && subtask.endsWith(`/${lane.index}`)}
          reachable={selected && scene.shape !== 'subtask'}
          onPick={pick}
        />
      ))}
    </div>
  );
}

function Ports({ scene, connectable }: { readonly scene: SceneNode; readonly connectable: boolean }) {
  const common = { node: scene.id, name: scene.title, connectable };
  return (
    <>
      {scene.inputs.map((port) => (
        <Port key={port.name} port={port} direction="input" {...common} />
      ))}
      {scene.outputs.map((port) => (
        <Port key={port.name} port={port} direction="output" {...common} />
      ))}
    </>
  );
}

const toneOf = (scene: SceneNode): 'problem' | undefined =>
  scene.problems.some((problem) => severityOf(problem) === 'error') ? 'problem' : undefined;

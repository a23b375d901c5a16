/** The inspector of several selected things: what can be done with them together. */
import { Copy, Trash2 } from 'lucide-react';
import type { EdgeId, NodeId } from '../../engine/graph/job.ts';
import { deleteSelection, duplicateSelection } from '../session/commands.ts';
import { Button } from '../ui/button.tsx';
import { PanelHead } from './parts.tsx';

export function SelectionPanel({
  nodes,
  edges,
}: {
  readonly nodes: readonly NodeId[];
  readonly edges: readonly EdgeId[];
}) {
  const parts = [plural(nodes.length, 'operator'), plural(edges.length, 'edge')].filter((part) => part !== '');
  return (
    <>
      <PanelHead subtitle="Drag to move them together.">
        <h2 className="text-lg font-semibold">{parts.join(' and ')} selected</h2>
      </PanelHead>
      <div className="flex gap-2 px-4">
        <Button onClick={duplicateSelection} disabled={nodes.length === 0}>
          <Copy size={14} aria-hidden /> Duplicate
        </Button>
        <Button onClick={deleteSelection}>
          <Trash2 size={14} aria-hidden /> Delete
        </Button>
      </div>
    </>
  );
}

const plural = (number: number, noun: string): string =>
  number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;

/**
 * The canvas: the job as nodes and pipes, on three levels. React Flow carries nodes, edges, dragging and zooming; what
 * moves is drawn by the overlay beneath the nodes. Every change goes through the commands of document and session.
 */
import './canvas.css';
import {
  Background,
  BackgroundVariant,
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { type KeyboardEvent, lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { endGesture, moveNodes } from '../document/commands.ts';
import { provideSight } from '../session/canvas-place.ts';
import { clearSelection, select, toggleExpanded } from '../session/commands.ts';
import { sessionStore, useSession } from '../session/session-store.ts';
import { BottomBar } from './bottom-bar.tsx';
import { type CardNode, cardTypes } from './cards.tsx';
import { ConnectingContext } from './connecting.ts';
import { ConnectionLine, RefusalNote } from './connection-line.tsx';
import { CoordinatorMark } from './coordinator-mark.tsx';
import { EmptyHint } from './empty-hint.tsx';
import { LiveSummary } from './live-summary.tsx';
import type { Point } from './metrics.ts';
import { OverlayCanvas } from './overlay/overlay-canvas.tsx';
import { edgeTypes, type PipeEdgeType } from './pipe-edge.tsx';
import type { Scene } from './scene-parts.ts';
import { Tip } from './tip.tsx';
import { useConnecting } from './use-connecting.ts';
import { useDrop } from './use-drop.ts';
import { fitting, useFitting } from './use-fitting.ts';
import { useReveal } from './use-reveal.ts';
import { flowEdges, flowNodes, useScene } from './use-scene.ts';

/** What a first picture can do without. */
const Callout = lazy(() => import('./callout.tsx').then((module) => ({ default: module.Callout })));
const ConnectMenu = lazy(() => import('./connect-menu.tsx').then((module) => ({ default: module.ConnectMenu })));

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Stage />
    </ReactFlowProvider>
  );
}

const noneDragged: ReadonlyMap<string, Point> = new Map();

function Stage() {
  const scene = useScene();
  const selection = useSession((state) => state.selection);
  const [dragged, setDragged] = useState(noneDragged);
  const nodes = useMemo(() => flowNodes({ scene, selection, dragged }), [scene, selection, dragged]);
  const edges = useMemo(() => flowEdges(scene, selection), [scene, selection]);
  const theme = useSession((state) => state.theme);
  const frame = useRef<HTMLElement>(null);
  const connecting = useConnecting();
  const drop = useDrop(scene);
  const [connectFrom, setConnectFrom] = useState<string | null>(null);
  const editable = scene.level === 'logical';
  const onNodesChange = useNodeChanges(scene, setDragged);
  const onEdgesChange = useCallback((changes: EdgeChange<PipeEdgeType>[]) => selectEdges(scene, changes), [scene]);
  const far = useFar();
  useSight(frame);
  useReveal(scene);
  const fit = useFitting(scene, frame);
  const onKeyDown = (event: KeyboardEvent) => {
    const id = focusedNode(event);
    if (event.key === ' ' && id !== null) event.preventDefault();
    if (id === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (editable && event.key.toLowerCase() === 'c') setConnectFrom(id);
    else if (event.key.toLowerCase() === 'e') toggleExpanded(scene.nodes.find((node) => node.id === id)?.node ?? id);
    else return;
    event.preventDefault();
  };
  return (
    <section
      ref={frame}
      className="wc"
      aria-label="Canvas"
      data-level={scene.level}
      data-far={far}
      onKeyDownCapture={onKeyDown}
      {...drop}
    >
      <ConnectingContext value={connecting.now}>
        <ReactFlow<CardNode, PipeEdgeType>
          nodes={nodes}
          edges={edges}
          nodeTypes={cardTypes}
          edgeTypes={edgeTypes}
          colorMode={theme}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onPaneClick={clearSelection}
          nodesDraggable={editable}
          nodesConnectable={editable}
          connectionLineComponent={ConnectionLine}
          connectionRadius={28}
          {...connecting.handlers}
          deleteKeyCode={null}
          selectionMode={SelectionMode.Partial}
          multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
          minZoom={0.08}
          maxZoom={2.5}
          nodeDragThreshold={2}
          zoomOnDoubleClick={false}
          fitView
          fitViewOptions={fitting}
          attributionPosition="top-right"
          ariaLabelConfig={words}
        >
          <OverlayCanvas scene={scene} />
          <Background
            variant={BackgroundVariant.Dots}
            gap={24}
            size={1.4}
            color="var(--dots)"
            bgColor="var(--ground)"
          />
          <Suspense fallback={null}>
            <Callout scene={scene} />
          </Suspense>
        </ReactFlow>
        <RefusalNote refusal={connecting.refusal} />
      </ConnectingContext>
      <CoordinatorMark />
      {nodes.length === 0 && <EmptyHint />}
      <BottomBar scene={scene} fit={fit} />
      <Suspense fallback={null}>
        {connectFrom !== null && <ConnectMenu node={connectFrom} onClose={() => setConnectFrom(null)} />}
      </Suspense>
      <Tip frame={frame} />
      <LiveSummary />
    </section>
  );
}

const words = {
  'node.a11yDescription.default':
    'Enter selects, then Tab goes to the subtasks; arrow keys move, C connects, E shows or hides subtasks, Delete deletes.',
  'node.a11yDescription.keyboardDisabled':
    'Enter selects, then Tab goes to the subtasks; E shows or hides subtasks, Delete deletes.',
  'edge.a11yDescription.default': 'Enter selects, Delete deletes.',
};

/** The scene node that has the focus itself, not something inside it. */
function focusedNode(event: KeyboardEvent): string | null {
  const { target } = event;
  if (!(target instanceof HTMLElement) || !target.classList.contains('react-flow__node')) return null;
  return target.dataset['id'] ?? null;
}

/** Dragging stays here until it ends and is one step of undo; a key press is a step that joins with the next. */
function useNodeChanges(scene: Scene, setDragged: (dragged: ReadonlyMap<string, Point>) => void) {
  const moving = useRef(new Map<string, Point>());
  return useCallback(
    (changes: NodeChange<CardNode>[]) => {
      const ended = new Map<string, Point>();
      let pulled = false;
      for (const change of changes) {
        if (change.type !== 'position') continue;
        const to = change.position ?? moving.current.get(change.id);
        if (to === undefined) continue;
        if (change.dragging === true) {
          moving.current.set(change.id, to);
          pulled = true;
        } else ended.set(change.id, { x: Math.round(to.x), y: Math.round(to.y) });
      }
      if (pulled) setDragged(new Map(moving.current));
      if (ended.size > 0) place(ended, moving.current.size > 0);
      if (ended.size > 0 && moving.current.size > 0) {
        moving.current = new Map();
        setDragged(noneDragged);
      }
      selectNodes(scene, changes);
    },
    [scene, setDragged],
  );
}

function place(positions: ReadonlyMap<string, Point>, byPointer: boolean): void {
  moveNodes(positions, byPointer ? null : 'keys');
  if (byPointer) endGesture();
}

function selectNodes(scene: Scene, changes: readonly NodeChange<CardNode>[]): void {
  const { selection } = sessionStore.getState();
  const picked = new Set(selection.nodes);
  let { subtask } = selection;
  let changed = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    const node = scene.nodes.find((each) => each.id === change.id);
    if (node === undefined) continue;
    changed = true;
    if (change.selected) picked.add(node.node);
    else for (const id of [node.node, ...node.rows.map((row) => row.node)]) picked.delete(id);
    if (node.shape === 'subtask') subtask = change.selected ? node.subtask : subtask === node.subtask ? null : subtask;
  }
  if (!changed) return;
  if (subtask !== null && picked.size === 0) {
    const owner = scene.nodes.find((node) => node.subtask === subtask);
    if (owner !== undefined) picked.add(owner.node);
  }
  select([...picked], selection.edges, picked.size > 0 ? subtask : null);
}

function selectEdges(scene: Scene, changes: readonly EdgeChange<PipeEdgeType>[]): void {
  const { selection } = sessionStore.getState();
  const picked = new Set(selection.edges);
  let changed = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    const edge = scene.edges.find((each) => each.id === change.id);
    if (edge === undefined) continue;
    changed = true;
    if (change.selected) picked.add(edge.edge);
    else picked.delete(edge.edge);
  }
  if (changed) select(selection.nodes, [...picked], selection.subtask);
}

/** Below this zoom the text of cards is set larger, at the cost of words, so that it stays readable. */
const farZoom = 0.82;
const veryFarZoom = 0.6;

/** How far away the cards seem. */
const useFar = (): 'far' | 'very' | undefined =>
  useStore(({ transform: [, , zoom] }) => (zoom < veryFarZoom ? 'very' : zoom < farZoom ? 'far' : undefined));

/** Tells the session what of the canvas is in sight, for operators that are added without a pointer. */
function useSight(frame: { readonly current: HTMLElement | null }): void {
  const { screenToFlowPosition } = useReactFlow();
  useEffect(
    () =>
      provideSight(() => {
        const box = frame.current?.getBoundingClientRect();
        if (box === undefined) return null;
        const start = screenToFlowPosition({ x: box.left, y: box.top });
        const end = screenToFlowPosition({ x: box.right, y: box.bottom });
        return { x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y };
      }),
    [frame, screenToFlowPosition],
  );
}

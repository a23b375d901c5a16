/** Drawing an edge by hand: which ports fit is computed when it begins; where it ends is connected, or refused in words. */
import {
  type Connection,
  type FinalConnectionState,
  type IsValidConnection,
  type OnConnectStartParams,
} from '@xyflow/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { kindTable } from '../../engine/operators/list.ts';
import { problemMessage } from '../../engine/graph/problems.ts';
import { connect } from '../document/commands.ts';
import { type Connecting, connectingFrom, type PortEnd, portKey } from './connecting.ts';
import type { Point } from './metrics.ts';
import type { PipeEdgeType } from './pipe-edge.tsx';
import { currentPlanning } from './use-scene.ts';

/** Why the last edge could not be drawn, and where the pointer was, in pixels of the page. */
export interface Refusal extends Point {
  readonly text: string;
}

const refusalMs = 3500;

export function useConnecting() {
  const [now, setNow] = useState<Connecting | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const current = useRef<Connecting | null>(null);

  const begin = useCallback((_event: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) => {
    if (nodeId === null || handleId === null) return;
    const { job, analysis } = currentPlanning();
    const direction = handleType === 'target' ? 'input' : 'output';
    current.current = connectingFrom(job, kindTable, analysis, { node: nodeId, port: handleId, direction });
    setNow(current.current);
    setRefusal(null);
  }, []);

  const refuse = useCallback((text: string, at: Point) => {
    const made = { text, ...at };
    setRefusal(made);
    setTimeout(() => setRefusal((shown) => (shown === made ? null : shown)), refusalMs);
  }, []);

  const end = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const connecting = current.current;
      current.current = null;
      setNow(null);
      if (connecting === null || state.isValid === true) return;
      const at = pointOf(event);
      const over = state.toHandle?.nodeId ?? nodeAt(at);
      if (over === null || over === connecting.origin.node) return;
      const ends = [...connecting.targets].filter(([key]) => key.startsWith(`${over}|`));
      const named = ends.find(([key]) => key === portKey(over, opposite(connecting), state.toHandle?.id ?? ''));
      const [key, problem] = named ?? ends.find(([, why]) => why === null) ?? ends[0] ?? [];
      if (key === undefined) return refuse(`Nothing can be connected to this side of the operator.`, at);
      if (problem === null) return join(connecting, { node: over, port: key.split('|').slice(2).join('|') });
      if (problem !== undefined) refuse(problemMessage(problem), at);
    },
    [refuse],
  );

  const isValid: IsValidConnection<PipeEdgeType> = useCallback((connection) => {
    const connecting = current.current;
    const [from, to] = endsOf(connection);
    if (connecting === null) return true;
    const target = connecting.origin.direction === 'output' ? to : from;
    return connecting.targets.get(portKey(target.node, opposite(connecting), target.port)) === null;
  }, []);

  const onConnect = useCallback((connection: Connection) => {
    const [from, to] = endsOf(connection);
    connect(from, to);
  }, []);

  const handlers = useMemo(
    () => ({
      onConnect,
      onConnectStart: begin,
      onConnectEnd: end,
      onClickConnectStart: begin,
      onClickConnectEnd: end,
      isValidConnection: isValid,
    }),
    [onConnect, begin, end, isValid],
  );
  return { now, refusal, handlers };
}

const opposite = ({ origin }: Connecting) => (origin.direction === 'output' ? 'input' : 'output');

function join({ origin }: Connecting, end: PortEnd): void {
  const start = { node: origin.node, port: origin.port };
  if (origin.direction === 'output') connect(start, end);
  else connect(end, start);
}

const endsOf = (connection: Connection | PipeEdgeType): readonly [PortEnd, PortEnd] => [
  { node: connection.source, port: connection.sourceHandle ?? '' },
  { node: connection.target, port: connection.targetHandle ?? '' },
];

function pointOf(event: MouseEvent | TouchEvent): Point {
  const at = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
}

function nodeAt({ x, y }: Point): string | null {
  const node = document.elementFromPoint(x, y)?.closest<HTMLElement>('.react-flow__node');
  return node?.dataset['id'] ?? null;
}

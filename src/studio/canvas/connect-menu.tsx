/** Connecting by keyboard: every input that the operator's outputs could lead to; those that do not fit say why. */
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { kindTable } from '../../engine/operators/list.ts';
import { problemMessage, type Problem } from '../../engine/graph/problems.ts';
import { connect } from '../document/commands.ts';
import { nodeOf, useJob } from '../document/document-store.ts';
import { useDerived } from '../derived/derived-store.ts';
import { portNames, type PortEnd, refusalOf } from './connecting.ts';

interface Choice {
  readonly from: PortEnd;
  readonly to: PortEnd;
  readonly text: string;
  readonly refusal: Problem | null;
}

export function ConnectMenu({ node, onClose }: { readonly node: string; readonly onClose: () => void }) {
  const job = useJob((state) => state);
  const analysis = useDerived((state) => state.analysis);
  const list = useRef<HTMLDivElement>(null);
  const origin = nodeOf(job, node);
  const choices = useMemo(() => {
    const outputs = origin === undefined ? [] : portNames(origin, kindTable, 'output');
    const all = outputs.flatMap((port) =>
      job.nodes
        .filter((other) => other.id !== node)
        .flatMap((other) =>
          portNames(other, kindTable, 'input').map((input): Choice => {
            const from = { node, port };
            const to = { node: other.id, port: input };
            const side = outputs.length > 1 ? `${port} → ` : '';
            return {
              from,
              to,
              text: `${side}${other.name}, ${input}`,
              refusal: refusalOf(job, kindTable, analysis, from, to),
            };
          }),
        ),
    );
    return all.toSorted((a, b) => Number(a.refusal !== null) - Number(b.refusal !== null));
  }, [job, analysis, node, origin]);
  const close = () => {
    onClose();
    document.querySelector<HTMLElement>(`.wc .react-flow__node[data-id="${CSS.escape(node)}"]`)?.focus();
  };
  useEffect(() => list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus(), []);
  return (
    <div className="wc-menu-veil" onPointerDown={close}>
      <div
        ref={list}
        role="menu"
        tabIndex={-1}
        aria-label={`Connect ${origin?.name ?? ''} to`}
        className="menu wc-menu"
        onPointerDown={(event) => event.stopPropagation()}
        onKeyDown={(event) => onKey(event, list.current, close)}
      >
        <p className="wc-menu-title">Connect {origin?.name} to…</p>
        {choices.map(({ from, to, text, refusal }) => (
          <button
            key={`${from.port}|${to.node}|${to.port}`}
            type="button"
            role="menuitem"
            className="wc-menu-item"
            aria-disabled={refusal !== null}
            onClick={() => {
              if (refusal !== null) return;
              connect(from, to);
              close();
            }}
          >
            {text}
            {refusal !== null && <span className="wc-menu-why">{problemMessage(refusal)}</span>}
          </button>
        ))}
        {choices.length === 0 && (
          <button type="button" role="menuitem" className="wc-menu-item" onClick={close}>
            There is nothing to connect to.
          </button>
        )}
      </div>
    </div>
  );
}

function onKey(event: KeyboardEvent, list: HTMLElement | null, close: () => void): void {
  const items = [...(list?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[(to + items.length) % items.length]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

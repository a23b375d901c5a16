/**
 * What a script's run prints, as facts: what was seen of operators and reports becomes lines, in the order in which it
 * happened. `text.ts` makes text of them, JSON is written as it is. A pane is told when its records leave.
 */
import { outputsOf } from '../../../engine/graph/ports.ts';
import type { ExecutionGraph, PlannedOperator } from '../../../engine/graph/plan.ts';
import type { NodeId } from '../../../engine/graph/job.ts';
import type { CellValue, Row, Schema, StreamType } from '../../../engine/graph/schema.ts';
import { kindTable } from '../../../engine/operators/list.ts';
import type { FiredPane, Witnessed } from '../../../engine/task/witness.ts';
import { MAX_EVENT_TIME, MIN_EVENT_TIME } from '../../../base/units.ts';
import { rowAt } from '../../../engine/wire/batch.ts';
import type { Batch } from '../../../engine/wire/batch.ts';
import { KeyReader } from '../../../engine/wire/keys.ts';

/** An operator; `subtask` is null where it has only one. */
export interface At {
  readonly node: NodeId;
  readonly name: string;
  readonly subtask: number | null;
}

export interface Rec {
  readonly row: Row;
  readonly timestamp: number | null;
}

export type ScriptLine =
  | (At & Rec & PaneFacts & { readonly kind: 'pane' })
  /** A record leaves an operator that is keyed, by its main output. */
  | (At & Rec & { readonly kind: 'record' | 'late' | 'result' })
  | (At & Rec & { readonly kind: 'side-output'; readonly port: string })
  /** Too late, and the operator has no output for it. */
  | (At & { readonly kind: 'dropped'; readonly records: number })
  | (At & { readonly kind: 'watermark'; readonly time: number })
  | (At & { readonly kind: 'idle' | 'active' });

export interface PaneFacts {
  readonly key: CellValue | readonly CellValue[];
  /** Null: all of time. */
  readonly window: { readonly start: number; readonly end: number } | null;
  readonly index: number;
  readonly timing: FiredPane['timing'];
}

interface Port {
  readonly name: string;
  /** What leaves by it. */
  readonly kind: 'main' | 'side-output' | 'late';
}

interface Known {
  readonly operator: PlannedOperator;
  readonly ports: readonly Port[];
  readonly key: KeyReader | null;
  readonly tellsWatermarks: boolean;
}

/** Columns of a pane's record that its line says in other words. */
const told: readonly string[] = ['windowStart', 'windowEnd', 'paneIndex', 'paneTiming'];

export class ScriptLines {
  private readonly known: ReadonlyMap<NodeId, Known>;
  private readonly write: (line: ScriptLine) => void;
  /** By subtask: panes whose records have not left. */
  private readonly panes = new Map<string, FiredPane[]>();
  private readonly transactions = new Set<string>();

  constructor(plan: ExecutionGraph, write: (line: ScriptLine) => void) {
    const operators = plan.jobGraph.vertices.flatMap((vertex) => vertex.operators);
    const minding = new Set(operators.filter(mindsTime).map(({ node }) => node));
    this.write = write;
    this.known = new Map(
      operators.map((operator) => {
        const { node } = operator;
        // Where nothing minds event time, the sinks tell of it.
        const tellsWatermarks = minding.size > 0 ? minding.has(node) : operator.outputs.length === 0;
        return [node, { operator, ports: portsOf(operator), key: keyOf(operator), tellsWatermarks }];
      }),
    );
  }

  /** Failed or restored: what had not left is gone. */
  forget(): void {
    this.panes.clear();
  }

  seen(node: NodeId, subtask: number, parallel: boolean, seen: Witnessed): void {
    const known = this.known.get(node);
    if (known === undefined) return;
    const at: At = { node, name: known.operator.name, subtask: parallel ? subtask : null };
    switch (seen.kind) {
      case 'pane':
        return this.pane(at, subtask, known, seen.pane);
      case 'emitted':
        return this.emitted(at, subtask, known, seen);
      case 'watermark':
        if (known.tellsWatermarks) this.write({ kind: 'watermark', ...at, time: seen.time });
        return;
      case 'idle':
      case 'active':
        if (known.tellsWatermarks) this.write({ kind: seen.kind, ...at });
        return;
      case 'late':
        if (!known.ports.some(({ kind }) => kind === 'late'))
          this.write({ kind: 'dropped', ...at, records: seen.records });
        return;
      case 'result':
        return this.result(at, seen);
    }
  }

  private pane(at: At, subtask: number, known: Known, pane: FiredPane): void {
    const id = `${subtask} ${at.node}`;
    const waiting = this.panes.get(id) ?? [];
    // One that makes no record is told by itself, in its turn.
    if (pane.records === 0 && waiting.length === 0) this.tell(at, known, pane, { row: {}, timestamp: null });
    else this.panes.set(id, [...waiting, pane]);
  }

  private emitted(at: At, subtask: number, known: Known, { port, batch }: { port: number; batch: Batch }): void {
    const { name = '', kind = 'main' } = known.ports[port] ?? {};
    if (kind !== 'main') {
      for (const one of recordsOf(batch)) {
        if (kind === 'late') this.write({ kind, ...at, ...one });
        else this.write({ kind, ...at, port: name, ...one });
      }
      return;
    }
    const id = `${subtask} ${at.node}`;
    const panes = this.panes.get(id) ?? [];
    const records = recordsOf(batch);
    if (panes.length === 0) {
      if (known.key !== null && known.tellsWatermarks)
        for (const one of records) this.write({ kind: 'record', ...at, ...one });
      return;
    }
    this.panes.delete(id);
    let next = 0;
    for (const pane of panes) {
      const own = records.slice(next, next + pane.records);
      next += pane.records;
      if (own.length === 0) this.tell(at, known, pane, { row: {}, timestamp: null });
      for (const one of own) this.tell(at, known, pane, one);
    }
  }

  private tell(at: At, { operator, key }: Known, pane: FiredPane, { row, timestamp }: Rec): void {
    const parts = key?.parts(pane.key) ?? [];
    const names = operator.inputs[0]?.key ?? [];
    const whole = operator.params['function'] === 'process';
    const value = Object.entries(row).filter(([name]) => whole || !(told.includes(name) || names.includes(name)));
    this.write({
      kind: 'pane',
      ...at,
      key: parts.length === 1 ? (parts[0] as CellValue) : parts,
      window:
        pane.end === MAX_EVENT_TIME && pane.start === MIN_EVENT_TIME ? null : { start: pane.start, end: pane.end },
      row: Object.fromEntries(value),
      timestamp,
      timing: pane.timing,
      index: pane.index,
    });
  }

  /** A transaction is told again when its commit is repeated. */
  private result(at: At, { batch, transaction }: Extract<Witnessed, { kind: 'result' }>): void {
    if (transaction !== undefined && this.transactions.has(transaction)) return;
    if (transaction !== undefined) this.transactions.add(transaction);
    for (const one of recordsOf(batch)) this.write({ kind: 'result', ...at, ...one });
  }
}

/** Windows, joins, timers: operators for which the watermark means something, or that make their own. */
function mindsTime({ kind, inputs }: PlannedOperator): boolean {
  const family = kindTable.get(kind)?.family;
  if (family === 'time' || family === 'join') return true;
  return family !== 'sink' && inputs.some(({ key }) => key !== null);
}

const portsOf = ({ kind, params }: PlannedOperator): Known['ports'] =>
  outputsOf(kindTable.get(kind), params).map(({ name, side, tag }): Port => {
    if (side !== true) return { name, kind: 'main' };
    // A tag is a name that a person chose: that it says “late” tells nothing.
    return { name, kind: tag !== true && name.toLowerCase().includes('late') ? 'late' : 'side-output' };
  });

function keyOf({ inputs }: PlannedOperator): KeyReader | null {
  const [input] = inputs as readonly (StreamType | undefined)[];
  if (input === undefined || input.key === null) return null;
  return new KeyReader(input.schema satisfies Schema, input.key);
}

function recordsOf(batch: Batch): Rec[] {
  return Array.from({ length: batch.length }, (_, row) => {
    const time = batch.timestamps[row] as number;
    return { row: { ...rowAt(batch, row) }, timestamp: Number.isNaN(time) ? null : time };
  });
}

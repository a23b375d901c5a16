/**
 * What is written of a run's log where nobody folds it. What a run finds wrong with an operator as it is drawn, each subtask
 * and attempt says: here it is told once, and of which operator.
 */
import type { NodeId } from '../engine/graph/job.ts';
import type { Report } from '../engine/wire/reports.ts';

type LogReport = Extract<Report, { kind: 'log' }>;

export class FoundOnce {
  private readonly names: ReadonlyMap<NodeId, string>;
  private readonly told = new Set<string>();

  /** `names`: of the operators. */
  constructor(names: ReadonlyMap<NodeId, string>) {
    this.names = names;
  }

  /** Null: it was told before. */
  textOf({ text, node = '', issue }: Pick<LogReport, 'text' | 'node' | 'issue'>): string | null {
    if (issue === undefined) return text;
    const found = `${issue.code} ${node}`;
    if (this.told.has(found)) return null;
    this.told.add(found);
    return `“${this.names.get(node) ?? node}”: ${text}`;
  }
}

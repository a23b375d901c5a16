/** Reads the text of a script against the job that it is for. */
import { parseTimeline } from '../../../base/timeline.ts';
import type { PlacedElement, TimelineElement, TimelineRecord } from '../../../base/timeline.ts';
import { failed, ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import type { Job, JobNode, NodeId } from '../../../engine/graph/job.ts';
import { parallelismLimit } from '../../../engine/graph/partitioning.ts';
import type { Schema } from '../../../engine/graph/schema.ts';
import { scripted } from '../../../engine/operators/scripted.ts';
import { timelineRow } from '../../../engine/operators/timeline-rows.ts';
import { CoercionError } from '../../../engine/wire/coerce.ts';
import { ScriptError, scriptProblem } from './problems.ts';
import type { ScriptProblem, ScriptProblemCode } from './problems.ts';
import type { Script, Step, StepAction } from './script.ts';

const stepsMost = 100_000;

/** Fails with the first thing that is wrong. */
export function parseScript(text: string, job: Job): Result<Script, ScriptProblem> {
  try {
    return ok(new ScriptReader(job).read(text));
  } catch (error) {
    if (error instanceof ScriptError) return failed(error.problem);
    throw error;
  }
}

interface Source {
  readonly node: JobNode;
  readonly columns: Schema;
  /** By split: elements so far. */
  readonly counts: number[];
  readonly ended: Set<number>;
}

type Details = Readonly<Record<string, string | number>>;

class ScriptReader {
  private readonly job: Job;
  private readonly sources: ReadonlyMap<NodeId, Source>;
  private readonly mostSplits: number;
  private readonly steps: Step[] = [];
  private line = 0;
  private savepoints = 0;

  constructor(job: Job) {
    this.job = job;
    this.mostSplits = parallelismLimit(job.settings);
    this.sources = new Map(
      job.nodes
        .filter((node) => node.kind === scripted.kind)
        .map((node) => {
          const { columns } = scripted.params.parse(node.params);
          return [node.id, { node, columns, counts: [], ended: new Set<number>() }];
        }),
    );
  }

  read(text: string): Script {
    if (this.sources.size === 0) this.refuse('no-sources', 1);
    for (const line of text.split(/\r?\n/)) {
      this.line++;
      this.readLine(line);
      if (this.steps.length > stepsMost) this.refuse('too-long', 1, { most: stepsMost });
    }
    // Whether a split is there does not depend on what comes later: `|` ends them all.
    const splits = new Map([...this.sources].map(([id, { counts }]) => [id, Math.max(1, counts.length)]));
    return { steps: this.withEnds(splits), splits };
  }

  /** A bare `|` ends whatever has not ended by then, the splits that are named later included: they get it as steps. */
  private withEnds(splits: ReadonlyMap<NodeId, number>): Step[] {
    const counts = new Map<string, number>();
    const ended = new Set<string>();
    return this.steps.flatMap((step): Step[] => {
      if (step.kind !== 'element') return [step];
      const place = `${step.node}/${step.split}`;
      if (step.split >= 0) {
        counts.set(place, step.position + 1);
        if (step.element.kind === 'end') ended.add(place);
        return [step];
      }
      return [...splits].flatMap(([node, count]) =>
        Array.from({ length: count }, (_, split) => split)
          .filter((split) => !ended.has(`${node}/${split}`))
          .map((split): Step => {
            ended.add(`${node}/${split}`);
            return { ...step, node, split, position: counts.get(`${node}/${split}`) ?? 0 };
          }),
      );
    });
  }

  private readLine(line: string): void {
    const from = line.search(/\S/);
    if (from < 0 || /^#(\s|$)/.test(line.slice(from))) return;
    const rest = line.slice(from);
    const named = /^("(?:[^"\\]|\\.)*"|[^:"]*?)(\/\d+)?\s*:(?=\s|$)/.exec(rest);
    if (named !== null) {
      const [head, name = '', split = ''] = named;
      return this.readElements(this.source(name, split, from + 1), line, from + head.length);
    }
    const command = rest.replace(/(^|\s)#(\s.*)?$/, '').trimEnd();
    const [word = ''] = command.split(/\s/, 1);
    const argument = command.slice(word.length).trim();
    this.readCommand(word, argument, command, from + 1);
  }

  private readCommand(word: string, argument: string, text: string, column: number): void {
    const alone = (action: StepAction): void => {
      if (argument !== '') this.refuse('not-alone', column, { word });
      this.add(action, column, text);
    };
    switch (word) {
      case 'checkpoint':
      case 'savepoint':
        this.savepoints++;
        return alone({ kind: 'checkpoint', savepoint: word === 'savepoint' });
      case 'fail':
        return this.add(this.failure(argument, column), column, text);
      case 'restore':
        return this.add(this.restore(argument, column), column, text);
      case '|':
        if (argument !== '') this.refuse('not-alone', column, { word });
        return this.endAll(column);
    }
    if (word.startsWith('+')) return this.advance(text, column);
    const [first] = this.sources.values();
    this.refuse('unknown-line', column, { text: clipped(text), source: first?.node.name ?? '' });
  }

  // Elements of sources

  private source(given: string, split: string, column: number): { readonly source: Source; readonly split: number } {
    const nodes = [...this.sources.values()].map(({ node }) => node);
    // A name may end like a split.
    const whole = split === '' ? null : this.nodeIn(nodes, `${given}${split}`, column);
    const node = whole ?? this.nodeIn(nodes, given, column);
    if (node === null) {
      this.refuse('unknown-source', column, { name: unquoted(given), names: namesOf(nodes) });
    }
    const number = split === '' || whole !== null ? 0 : Number(split.slice(1));
    if (number >= this.mostSplits) {
      this.refuse('split', column, { split: number, source: node.name, most: this.mostSplits - 1 });
    }
    return { source: this.sources.get(node.id) as Source, split: number };
  }

  private readElements(to: { source: Source; split: number }, line: string, from: number): void {
    const { source, split } = to;
    while (source.counts.length <= split) source.counts.push(0);
    for (const { element, start, end } of this.elements(line, from)) {
      const column = start + 1;
      const text = line.slice(start, end);
      if (element.kind === 'barrier') this.refuse('barrier', column);
      if (element.kind === 'advance') {
        this.add(element, column, text);
        continue;
      }
      if (source.ended.has(split)) this.refuse('after-end', column, { source: source.node.name });
      if (element.kind === 'end') source.ended.add(split);
      if (element.kind === 'record') this.checkRecord(element, text, source, column);
      const position = source.counts[split] as number;
      source.counts[split] = position + 1;
      this.add({ kind: 'element', node: source.node.id, split, position, element }, column, text);
    }
  }

  /** With offsets in the line. What begins with `#` and a space is a comment. */
  private elements(line: string, from: number): readonly PlacedElement[] {
    const shifted = (text: string): Result<readonly PlacedElement[], { offset: number; at: string; reason: string }> =>
      parseTimeline(`${' '.repeat(from)}${text.slice(from)}`);
    let read = shifted(line);
    if (!read.ok && /^#(\s|$)/.test(line.slice(read.error.offset))) read = shifted(line.slice(0, read.error.offset));
    if (read.ok) return read.value;
    const { offset, at, reason } = read.error;
    // An end within the line is told as what it is.
    if (reason.startsWith('nothing can follow')) {
      const name = line.slice(0, from).trim().replace(/:$/, '');
      this.refuse('after-end', offset + 1, { source: name });
    }
    this.refuse('syntax', offset + 1, { at, reason });
  }

  private checkRecord(record: TimelineRecord, text: string, { node, columns }: Source, column: number): void {
    try {
      timelineRow(record, columns);
    } catch (error) {
      if (!(error instanceof CoercionError)) throw error;
      const described = columns.map((one) => `${one.name} ${one.type}`).join(', ');
      this.refuse('misfit', column, {
        at: clipped(text),
        source: node.name,
        reason: error.message,
        columns: described,
      });
    }
  }

  /** Filled in by `withEnds`. */
  private endAll(column: number): void {
    for (const { ended } of this.sources.values())
      for (let split = 0; split < this.mostSplits; split++) ended.add(split);
    this.add({ kind: 'element', node: '', split: -1, position: 0, element: { kind: 'end' } }, column, '|');
  }

  private advance(text: string, column: number): void {
    const read = parseTimeline(text);
    if (!read.ok) this.refuse('syntax', column + read.error.offset, { at: read.error.at, reason: read.error.reason });
    for (const { element, start, end } of read.value) {
      if (element.kind !== 'advance') this.refuse('not-alone', column, { word: text.split(/\s/, 1)[0] ?? '' });
      this.add(element, column + start, text.slice(start, end));
    }
  }

  // Failures and restores

  private failure(argument: string, column: number): StepAction {
    if (argument === '') return { kind: 'fail', node: null, subtask: null };
    const [, name = '', index] = /^(.*?)(?:\/(\d+))?$/.exec(argument) ?? [];
    const whole = index === undefined ? null : this.nodeIn(this.job.nodes, argument, column);
    const node = whole ?? this.operator(name, column);
    return { kind: 'fail', node: node.id, subtask: index === undefined || whole !== null ? null : Number(index) };
  }

  private restore(argument: string, column: number): StepAction {
    if (this.savepoints === 0) this.refuse('nothing-to-restore', column);
    let checkpoint: number | null = null;
    let parallelism: number | null = null;
    const of = new Map<NodeId, number>();
    for (const token of argument.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? []) {
      const [, name = '', digits = ''] = /^(.+)=(.*)$/.exec(token) ?? [];
      if (name === '') this.refuse('restore', column, { at: clipped(token) });
      const number = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
      if (name === 'checkpoint') {
        if (Number.isNaN(number)) this.refuse('restore', column, { at: clipped(token) });
        checkpoint = number;
        continue;
      }
      if (!(number >= 1 && number <= this.mostSplits)) {
        this.refuse('parallelism', column, { at: clipped(digits), most: this.mostSplits });
      }
      if (name === 'parallelism') parallelism = number;
      else of.set(this.operator(name, column).id, number);
    }
    return { kind: 'restore', checkpoint, parallelism, of };
  }

  private operator(name: string, column: number): JobNode {
    const node = this.nodeIn(this.job.nodes, name, column);
    if (node === null)
      this.refuse('unknown-operator', column, { name: unquoted(name), names: namesOf(this.job.nodes) });
    return node;
  }

  /** By id or by name. */
  private nodeIn(nodes: readonly JobNode[], given: string, column: number): JobNode | null {
    const name = unquoted(given);
    const byId = nodes.find((node) => node.id === name);
    if (byId !== undefined) return byId;
    const [first = null, ...others] = nodes.filter((node) => node.name === name);
    if (others.length === 0) return first;
    const names = nodes.filter((node) => node.name === name).map((node) => node.id);
    this.refuse('ambiguous', column, { name, names: names.join(', ') });
  }

  private add(action: StepAction | Extract<TimelineElement, { kind: 'advance' }>, column: number, text: string): void {
    this.steps.push({ ...action, line: this.line, column, text });
  }

  private refuse(code: ScriptProblemCode, column: number, details: Details = {}): never {
    throw new ScriptError(scriptProblem(code, { line: this.line, column }, details));
  }
}

const namesOf = (nodes: readonly JobNode[]): string => nodes.map((node) => node.name).join(', ');

function unquoted(name: string): string {
  if (!name.startsWith('"')) return name.trim();
  try {
    return String(JSON.parse(name.trim()));
  } catch {
    return name;
  }
}

const clipped = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 59)}…`);

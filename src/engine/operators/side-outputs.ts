/**
 * `ctx.output` of process functions: emits to a side output by its tag, which is a port of its own (Flink:
 * Context.output(OutputTag, value), and its OutputTag by name).
 */
import type { SideOutput } from '../graph/params.ts';
import type { StreamType } from '../graph/schema.ts';
import { tagsText } from '../graph/side-outputs.ts';
import type { OperatorContext } from '../task/operator.ts';
import { NO_TIMESTAMP } from '../wire/batch.ts';
import { shown } from '../wire/coerce.ts';
import { Port } from './process-port.ts';
import type { EmitTime } from './process-port.ts';

export type EmitToSide = (tag: unknown, row?: unknown) => void;

export class SideOutputs {
  /** Event time of what is emitted, to whichever of them. */
  readonly time: EmitTime = { at: NO_TIMESTAMP };
  readonly emit: EmitToSide;
  private readonly ports: readonly Port[];

  /** Their ports follow the main one, in the order in which they are declared. */
  constructor(declared: readonly SideOutput[], context: OperatorContext) {
    this.ports = declared.map((_, i) => {
      const port = i + 1;
      return new Port((context.outputTypes[port] as StreamType).schema, context, port, this.time);
    });
    this.emit = emitterOf(declared, this.ports);
  }

  flush(atLeast: number): void {
    for (const port of this.ports) port.flush(atLeast);
  }
}

/** With the record alone it goes to the only side output. */
function emitterOf(declared: readonly SideOutput[], ports: readonly Port[]): EmitToSide {
  const byTag = new Map(declared.map(({ tag }, i) => [tag, ports[i] as Port]));
  const only = ports.length === 1 ? ports[0] : undefined;
  // Not an arrow function: how many arguments there are must be known without making a list of them per record.
  return function output(tag, row) {
    if (arguments.length < 2) {
      if (only === undefined)
        throw new Error(`ctx.output(tag, row) needs the tag of a side output; ${tagsText(declared)}`);
      only.collect(tag);
      return;
    }
    const port = byTag.get(tag as string);
    if (port === undefined) throw new Error(unknownTag(tag, declared));
    port.collect(row);
  };
}

const unknownTag = (tag: unknown, declared: readonly SideOutput[]): string =>
  typeof tag === 'string'
    ? `There is no side output with the tag “${tag.slice(0, 60)}”; ${tagsText(declared)}`
    : `ctx.output(tag, row) takes a tag, which is a text, not ${shown(tag)}`;

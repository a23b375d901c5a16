/**
 * The ports of a node: the one place that knows that outputs may depend on parameters. Asked with parameters as the job has
 * them, so that the ports of a node stay where they are while some other parameter of it is wrong.
 */
import * as z from 'zod/mini';
import type { InputPort, OperatorKind, OutputPort } from './kind.ts';

type GivenParams = Readonly<Record<string, unknown>>;

const none: readonly never[] = [];

/** Output ports of a node of this kind; none of a kind that is not known. */
export function outputsOf(kind: OperatorKind | undefined, params: GivenParams): readonly OutputPort[] {
  if (kind === undefined) return none;
  return typeof kind.outputs === 'function' ? kind.outputs(readableParams(kind, params)) : kind.outputs;
}

/** Ports of one side of a node. */
export function portsOf(
  kind: OperatorKind | undefined,
  params: GivenParams,
  direction: 'input' | 'output',
): readonly (InputPort | OutputPort)[] {
  return direction === 'output' ? outputsOf(kind, params) : (kind?.inputs ?? none);
}

/** Where a port stands among the outputs, as types and batches are numbered; -1 if there is none of this name. */
export const outputIndex = (kind: OperatorKind | undefined, params: GivenParams, port: string): number =>
  outputsOf(kind, params).findIndex(({ name }) => name === port);

/** Each parameter as it is given, or the default of one that does not fit its schema. */
function readableParams({ params: schema }: OperatorKind, given: GivenParams): object {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => {
      const read = z.safeParse(field as z.ZodMiniType, Object.hasOwn(given, name) ? given[name] : undefined);
      return [name, read.success ? read.data : z.parse(field as z.ZodMiniType, undefined)];
    }),
  );
}

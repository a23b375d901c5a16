/** Details of problems that say what there is in the place of what was asked for. */
import { clip } from './issue-text.ts';
import type { JobNode } from './job.ts';
import type { KindTable, OperatorKind } from './kind.ts';
import { fieldMeta } from './params.ts';
import { portsOf } from './ports.ts';
import type { Problem } from './problems.ts';

type Details = Readonly<Record<string, string>>;

/** The problem that a port of this name would be, which the node does not have; or null, if it has it. */
export function missingPort(
  node: JobNode,
  kind: OperatorKind,
  direction: 'input' | 'output',
  port: string,
): Pick<Problem, 'code' | 'details'> | null {
  const ports = portsOf(kind, node.params, direction);
  if (ports.some(({ name }) => name === port)) return null;
  const tagged = direction === 'output' && declaresTags(kind);
  return { code: tagged ? 'unknown-tag' : 'unknown-port', details: portDetails(node, direction, port, ports) };
}

const declaresTags = ({ params }: OperatorKind): boolean =>
  Object.values(params.shape).some((field) => fieldMeta.get(field)?.widget === 'sideOutputs');

/** Of `unknown-port` and `unknown-tag`. */
export function portDetails(
  { name }: Pick<JobNode, 'name'>,
  direction: 'input' | 'output',
  port: string,
  ports: readonly { readonly name: string }[],
): Details {
  const there = ports.length === 0 ? 'it has none' : `there are: ${ports.map((one) => one.name).join(', ')}`;
  return { node: clip(name, 60), direction, port: clip(port, 60), ports: there };
}

/** Of `unknown-kind`: one whose name or title differs only in how it is written is told. */
export function kindDetails(kind: string, kinds: KindTable): Details {
  const wanted = bare(kind);
  const meant = [...kinds.values()].find((one) => bare(one.kind) === wanted || bare(one.title) === wanted);
  return { kind: clip(kind, 60), near: meant === undefined ? '' : ` There is “${meant.kind}”.` };
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const namesMost = 5;

/** Names in a row, the first few of them: `“a”, “b” and 2 more`. */
export function namesDetails(names: readonly string[]): { readonly names: string } {
  const some = names.slice(0, namesMost).map((name) => `“${clip(name, 60)}”`);
  return { names: some.join(', ') + (names.length > namesMost ? ` and ${names.length - namesMost} more` : '') };
}

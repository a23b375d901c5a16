/**
 * What brings job files of older versions to the next one, step by step. A step changes what its version calls otherwise
 * and leaves all else as it is, also what it does not understand: reading says what is wrong with that.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Brings a file of one version to the next; one in which nothing changes is given back as it is. */
export type Migration = (file: Fields) => Fields;

/** By the version that they start from. */
export const migrations: ReadonlyMap<number, Migration> = new Map([[1, sideOutputsByTag]]);

const processKinds: readonly unknown[] = ['process', 'coProcess', 'broadcastProcess'];

/** In version 1 a process function had one side output, \`side\`, whose columns were the parameter \`sideColumns\`. */
function sideOutputsByTag(file: Fields): Fields {
  const { nodes } = file;
  if (!Array.isArray(nodes) || !nodes.some(hasSideColumns)) return file;
  return { ...file, version: 2, nodes: nodes.map((node: unknown) => (hasSideColumns(node) ? withTag(node) : node)) };
}

interface OldNode extends Fields {
  readonly params: Fields;
}

function hasSideColumns(node: unknown): node is OldNode {
  if (!isFields(node) || !processKinds.includes(node['kind'])) return false;
  return isFields(node['params']) && Object.hasOwn(node['params'], 'sideColumns');
}

/** In the place where the columns were. */
function withTag(node: OldNode): Fields {
  const params = Object.entries(node.params).map(([name, value]) =>
    name === 'sideColumns' ? ['sideOutputs', [{ tag: 'side', columns: value }]] : [name, value],
  );
  return { ...node, params: Object.fromEntries(params) };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The published JSON Schema of job files, for editors and other tools: made from the schema that Weir reads with, plus
 * the parameters of each kind of operator and fault. `public/weir-job.schema.json` is its text; a test keeps it current
 * (`npx vitest run src/export/json-schema.test.ts -u` writes it anew).
 */
import * as z from 'zod/mini';
import type { KindTable } from '../engine/graph/kind.ts';
import { fieldMeta } from '../engine/graph/params.ts';
import type { Params, ParamSchema } from '../engine/graph/params.ts';
import { fileSchema } from './job-file-schema.ts';

interface Schema {
  [keyword: string]: unknown;
}

/** What the schema tells of a kind of operator or of fault. */
interface Described {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly params: ParamSchema<Params>;
}

/** Draft 2020-12. Describes files as a person may write them: what has a default may be left out. */
export function jobFileJsonSchema(kinds: KindTable, faultKinds: ReadonlyMap<string, Described>): object {
  const schema = toSchema(fileSchema);
  const properties = schema['properties'] as Record<string, Schema>;
  const ruled = (list: Schema, all: Iterable<Described>): Schema => {
    return { ...list, items: { ...(list['items'] as Schema), allOf: [...all].map(paramsRule) } };
  };
  const nodes = ruled(properties['nodes'] as Schema, kinds.values());
  const faults = ruled(properties['faults'] as Schema, faultKinds.values());
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Weir job',
    description: 'A stream-processing job for Weir: graph, parameters, functions and settings.',
    ...withoutDialect(schema),
    properties: { ...properties, nodes, faults },
  };
}

/** The text of the published file. */
export const jobFileJsonSchemaText = (kinds: KindTable, faults: ReadonlyMap<string, Described>): string =>
  `${JSON.stringify(jobFileJsonSchema(kinds, faults), null, 2)}\n`;

/** If a node or fault is of this kind, its parameters look like this. */
function paramsRule(kind: Described): Schema {
  const params = withoutDialect(toSchema(kind.params));
  const properties: Schema = {};
  for (const [name, field] of Object.entries((params['properties'] ?? {}) as Record<string, Schema>)) {
    const meta = fieldMeta.get(kind.params.shape[name] as z.ZodMiniType);
    const description = meta?.help ? `${meta.label}. ${meta.help}` : meta?.label;
    properties[name] = description === undefined ? field : { description, ...field };
  }
  return {
    if: { properties: { kind: { const: kind.kind } } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nothing here is awaited.
    then: { properties: { params: { ...params, description: `${kind.title}: ${kind.summary}`, properties } } },
  };
}

const toSchema = (schema: z.ZodMiniType): Schema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;

function withoutDialect(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema'));
}

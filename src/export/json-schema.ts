/**
 * The published JSON Schema of job files, for editors and other tools: made from the schema that Weir reads with, plus
 * the parameters of each operator kind. `public/weir-job.schema.json` is its text; a test keeps it current
 * (`npx vitest run src/export/json-schema.test.ts -u` writes it anew).
 */
import * as z from 'zod/mini';
import type { KindTable, OperatorKind } from '../engine/graph/kind.ts';
import { fieldMeta } from '../engine/graph/params.ts';
import { fileSchema } from './job-file-schema.ts';

interface Schema {
  [keyword: string]: unknown;
}

/** Draft 2020-12. Describes files as a person may write them: what has a default may be left out. */
export function jobFileJsonSchema(kinds: KindTable): object {
  const schema = toSchema(fileSchema);
  const nodes = (schema['properties'] as Record<string, Schema>)['nodes'] as Schema;
  const node = nodes['items'] as Schema;
  const allOf = [...kinds.values()].map(paramsRule);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Weir job',
    description: 'A stream-processing job for Weir: graph, parameters, functions and settings.',
    ...withoutDialect(schema),
    properties: { ...(schema['properties'] as Schema), nodes: { ...nodes, items: { ...node, allOf } } },
  };
}

/** The text of the published file. */
export const jobFileJsonSchemaText = (kinds: KindTable): string =>
  `${JSON.stringify(jobFileJsonSchema(kinds), null, 2)}\n`;

/** If a node is of this kind, its parameters look like this. */
function paramsRule(kind: OperatorKind): Schema {
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

/** Checks that the published JSON Schema is the one that this version reads with, and describes each operator kind. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { faultTable } from '../engine/faults/list.ts';
import { kindTable } from '../engine/operators/list.ts';
import { jobFileJsonSchema, jobFileJsonSchemaText } from './json-schema.ts';

const published = fileURLToPath(new URL('../../public/weir-job.schema.json', import.meta.url));

it('the published JSON Schema is current (-u writes it anew)', async () => {
  await expect(jobFileJsonSchemaText(kindTable, faultTable)).toMatchFileSnapshot(published);
});

it('the JSON Schema asks for what has no default, and refuses unknown fields except in parameters', () => {
  const schema = jobFileJsonSchema(kindTable, faultTable) as {
    required: string[];
    additionalProperties: boolean;
    properties: never;
  };
  const { nodes } = schema.properties as { nodes: { items: { required: string[]; allOf: { then: unknown }[] } } };
  expect(schema).toMatchObject({ required: ['version', 'nodes', 'edges'], additionalProperties: false });
  expect(nodes.items.required).toEqual(['id', 'kind']);
  expect(nodes.items.allOf).toHaveLength(kindTable.size);
  const { faults } = schema.properties as { faults: { items: { required: string[]; allOf: { then: unknown }[] } } };
  expect(faults.items.required).toEqual(['id', 'kind', 'target']);
  expect(faults.items.allOf).toHaveLength(faultTable.size);
  expect(JSON.stringify([nodes.items.allOf, faults.items.allOf])).not.toContain('"additionalProperties":false');
});

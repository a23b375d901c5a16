/**
 * Files that the person gives: job files are opened, data is looked at, kept, and becomes a file source with its columns
 * filled in. Only the first 256 kB of a data file are read here; the rest stays a Blob until a job reads it.
 */
import { datasetNamed } from '../../connectors/datasets/list.ts';
import { suggestTimestamp } from '../../connectors/files/infer.ts';
import type { Position } from '../../engine/graph/edits.ts';
import type { Schema } from '../../engine/graph/schema.ts';
import { kindTable } from '../../engine/operators/list.ts';
import { openJobText } from '../document/library.ts';
import { addOperator } from '../session/add-operator.ts';
import { toast } from '../session/commands.ts';
import { sessionStore } from '../session/session-store.ts';
import { pickFiles } from './pick-files.ts';
import { fileResource } from './resources.ts';
import { keepStoredFile } from './stored-files.ts';

export const isJobFile = (name: string): boolean => /\.weir\.json$|\.weir$/i.test(name);

/** No job file is larger; what is, is not read at all. */
const jobFileBytesMost = 8 * 1024 * 1024;
const dataTypes = '.csv,.tsv,.ndjson,.jsonl,.json,.arrow,.feather,.txt,text/*';

/** Takes dropped files one after the other. Data goes on the canvas at `at`, or where there is room. */
export async function takeFiles(files: readonly File[], at?: Position): Promise<void> {
  let offset = 0;
  for (const file of files) {
    if (isJobFile(file.name)) {
      await openJobFile(file);
      continue;
    }
    const name = await addDataFile(file);
    if (name === null) continue;
    const place = at === undefined ? {} : { at: { x: at.x, y: at.y + offset } };
    addOperator('file', {
      ...place,
      name: file.name.replace(/\.[^.]+$/, ''),
      params: { resource: name, ...sourceParams(name, 'file') },
    });
    offset += 140;
  }
}

export async function openJobFile(file: File): Promise<void> {
  if (file.size > jobFileBytesMost) {
    toast(`“${file.name}” has ${Math.round(file.size / 1024 ** 2)} MB; a job file has at most 8 MB.`, {
      tone: 'error',
    });
    return;
  }
  await openJobText(await file.text(), file.name);
}

/** Asks for data files and keeps them; gives the names of their resources. */
export async function chooseDataFiles(): Promise<readonly string[]> {
  const names: string[] = [];
  for (const file of await pickFiles(dataTypes)) {
    const name = await addDataFile(file);
    if (name !== null) names.push(name);
  }
  return names;
}

/** Looks at a file and keeps it; null, with a message, if it cannot be read. */
export async function addDataFile(file: File): Promise<string | null> {
  const { sniff } = await import('../../connectors/files/sniff.ts');
  const sniffed = await sniff(file, file.name);
  if (!sniffed.ok) {
    toast(`${sniffed.error.message} ${sniffed.error.advice}`, { tone: 'error' });
    return null;
  }
  const { format, schema, rejected, rejectedCount } = sniffed.value;
  const name = fileResource(file.name);
  await keepStoredFile({ resource: { name, format, content: file }, schema, bytes: file.size });
  if (rejectedCount > 0) {
    const rows = rejectedCount === 1 ? 'One broken row' : `${rejectedCount} broken rows`;
    toast(`${rows} at the start of “${file.name}” will be left out: ${rejected[0] ?? ''}`);
  }
  return name;
}

/** Columns and event time for a source that reads this resource, as far as its kind has such parameters. */
export function sourceParams(resource: string, kindName: string): Readonly<Record<string, unknown>> {
  const shape = kindTable.get(kindName)?.params.shape ?? {};
  const known = knownColumns(resource);
  if (known === null) return {};
  const { schema, timestampColumn } = known;
  const params = {
    columns: schema.map(({ name, type }) => ({ name, type })),
    timestampColumn: timestampColumn ?? '',
    watermarks: timestampColumn === null ? 'none' : 'bounded',
  };
  return Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(shape, name)));
}

function knownColumns(resource: string): { readonly schema: Schema; readonly timestampColumn: string | null } | null {
  if (resource.startsWith('dataset:')) return datasetNamed(resource.slice('dataset:'.length));
  const file = sessionStore.getState().files.find((each) => each.resource.name === resource);
  return file === undefined ? null : { schema: file.schema, timestampColumn: suggestTimestamp(file.schema) };
}

/** Asks for a job file (or data) and opens it. */
export async function chooseJobFile(): Promise<void> {
  for (const file of await pickFiles('.json,.weir')) await openJobFile(file);
}

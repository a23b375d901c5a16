/**
 * Looks at the start of a file that was dropped on the canvas and says how to read it: format, columns, a few records,
 * how many are broken. What it shows is read by the readers that will read the whole file.
 */
import type { Row, Schema } from '../../engine/graph/schema.ts';
import { rowsOf } from '../../engine/wire/batch.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import type { ResourceFormat } from '../resource.ts';
import { CsvCutter, fieldsInHand, headerNames, sniffDelimiter } from './csv.ts';
import { inferObjectSchema, inferType, type Sampled, suggestTimestamp } from './infer.ts';
import { textSchema } from './lines.ts';
import {
  brokenCharacters,
  emptyFile,
  garbage,
  isArrow,
  isBinary,
  notData,
  oneLongLine,
  type SniffError,
} from './magic.ts';
import { type Portion, RecordStream } from './record-stream.ts';
import { encodingOf } from './text-slices.ts';
import { UnreadableResource } from './unreadable.ts';

export interface Sniffed {
  readonly format: ResourceFormat;
  readonly schema: Schema;
  /** The first records, at most 20. */
  readonly sample: readonly Row[];
  /** Broken rows among the first 1,000, with texts of at most 20. */
  readonly rejectedCount: number;
  readonly rejected: readonly string[];
  readonly timestampColumn: string | null;
  /** Exact for a file that was read to its end, else from the size of the first records. */
  readonly estimatedRecords: number;
}

const START_BYTES = 256 * 1024;
/** Rows from which types are inferred. */
const SAMPLED_ROWS = 1000;
const SHOWN_ROWS = 20;

export async function sniff(blob: Blob, name: string): Promise<Result<Sniffed, SniffError>> {
  if (blob.size === 0) return failed(emptyFile(name));
  try {
    const start = new Uint8Array(await blob.slice(0, START_BYTES).arrayBuffer());
    const strange = notData(name, start);
    if (strange !== null) return failed(strange);
    if (isArrow(start)) return ok(await sniffArrow(blob));
    if (isBinary(start)) return failed(garbage(name));
    return await sniffText(blob, name, start);
  } catch (error) {
    if (error instanceof UnreadableResource)
      return failed({
        message: `“${name}” cannot be read: ${error.message}.`,
        advice: 'Check that the file is what its name says.',
      });
    if (error instanceof DOMException)
      return failed({
        message: `“${name}” cannot be opened.`,
        advice: 'Drop the file again; a folder cannot be dropped.',
      });
    throw error;
  }
}

async function sniffText(blob: Blob, name: string, start: Uint8Array): Promise<Result<Sniffed, SniffError>> {
  const whole = blob.size <= START_BYTES;
  // A character cut in two at the end is not held against the file.
  const text = new TextDecoder(encodingOf(start)).decode(start, { stream: !whole });
  if (text.trim() === '') return failed({ ...emptyFile(name), message: `“${name}” holds nothing but blanks.` });
  if (brokenCharacters(text) > text.length / 20) return failed(garbage(name));
  const format = formatOf(text, name, whole);
  if (typeof format !== 'string') return failed(format);
  if (!whole && format !== 'json' && !/[\r\n]/.test(text)) return failed(oneLongLine(name, START_BYTES / 1024));
  const schema = schemaOf(format, text, whole);
  if (schema.length === 0)
    return failed({
      message: `“${name}” has no records that can be read.`,
      advice: 'Look into the file with a text editor.',
    });
  return ok(await sniffed(format, schema, blob, whole));
}

/** By content first: names of files lie. */
function formatOf(text: string, name: string, whole: boolean): Exclude<ResourceFormat, 'arrow'> | SniffError {
  const first = text.trimStart()[0];
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (first === '[' && (extension === 'json' || /^\s*\[\s*[[{\]]/.test(text))) return 'json';
  if (first === '{') return isNdjson(text, whole) ? 'ndjson' : oneObject(name);
  if (extension === 'json')
    return {
      message: `“${name}” is not a JSON array of objects.`,
      advice: 'Weir reads [{…}, {…}], or one object a line (NDJSON).',
    };
  if (extension === 'csv' || extension === 'tsv' || extension === 'tab') return 'csv';
  return looksTabular(text, whole) ? 'csv' : 'text';
}

/** The first line that is not blank is an object of its own. */
function isNdjson(text: string, whole: boolean): boolean {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  if (lines.length > 1 || whole)
    return lines.slice(0, 10).some((line, i) => (whole || i < lines.length - 1) && isObject(parsed(line)));
  return true; // one long line; told apart by the caller
}

function oneObject(name: string): SniffError {
  return {
    message: `“${name}” is one JSON object, not an array of them.`,
    advice: 'Weir reads [{…}, {…}], or one object a line (NDJSON). For GeoJSON, drop the array of “features”.',
  };
}

/** At least two columns, the same number in every one of the first rows, and at least two rows. */
function looksTabular(text: string, whole: boolean): boolean {
  const cutter = new CsvCutter(sniffDelimiter(text.slice(0, 65_536), whole && text.length <= 65_536));
  cutter.window.fill(text, whole);
  const widths: number[] = [];
  for (let cut = cutter.next(); (cut === 'row' || cut === 'broken') && widths.length < 50; cut = cutter.next()) {
    widths.push(cut === 'row' ? cutter.fields : 0);
  }
  return widths.length >= 2 && (widths[0] as number) >= 2 && widths.every((width) => width === widths[0]);
}

function schemaOf(format: Exclude<ResourceFormat, 'arrow'>, text: string, whole: boolean): Schema {
  if (format === 'text') return textSchema;
  if (format === 'csv') return csvSchema(text, whole);
  return inferObjectSchema(format === 'ndjson' ? objectsOfLines(text) : objectsOfArray(text));
}

function csvSchema(text: string, whole: boolean): Schema {
  const cutter = new CsvCutter(sniffDelimiter(text.slice(0, 65_536), whole && text.length <= 65_536));
  cutter.window.fill(text, whole);
  if (cutter.next() !== 'row') return [];
  const names = headerNames(fieldsInHand(cutter));
  const columns: string[][] = names.map(() => []);
  let rows = 0;
  for (let cut = cutter.next(); (cut === 'row' || cut === 'broken') && rows < SAMPLED_ROWS; cut = cutter.next()) {
    if (cut === 'broken' || cutter.fields !== names.length) continue;
    rows++;
    fieldsInHand(cutter).forEach((field, i) => columns[i]?.push(field));
  }
  return names.map((name, i) => ({ name, type: inferType(name, columns[i] ?? []) }));
}

type Sample = Readonly<Record<string, Sampled>>;

function objectsOfLines(text: string): Sample[] {
  return text
    .split(/\r\n|\r|\n/, SAMPLED_ROWS)
    .map(parsed)
    .filter(isObject);
}

/** The first elements: the text is closed behind each object that ends before the cut. */
function objectsOfArray(text: string): Sample[] {
  const whole = parsed(text.trim());
  if (Array.isArray(whole)) return (whole as unknown[]).slice(0, SAMPLED_ROWS).filter(isObject);
  for (
    let end = text.lastIndexOf('}'), tries = 0;
    end > 0 && tries < 200;
    end = text.lastIndexOf('}', end - 1), tries++
  ) {
    const start = parsed(`${text.slice(0, end + 1)}]`);
    if (Array.isArray(start)) return (start as unknown[]).slice(0, SAMPLED_ROWS).filter(isObject);
  }
  return [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Sample =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function sniffArrow(blob: Blob): Promise<Sniffed> {
  const { arrowSchema, arrowTable } = await import('./arrow.ts');
  const table = arrowTable(new Uint8Array(await blob.arrayBuffer()));
  const result = await sniffed('arrow', arrowSchema(table), blob, false);
  return { ...result, estimatedRecords: table.numRows };
}

async function sniffed(format: ResourceFormat, schema: Schema, blob: Blob, whole: boolean): Promise<Sniffed> {
  const content = format === 'arrow' ? blob : blob.slice(0, START_BYTES);
  const stream = new RecordStream({ format, content }, schema, { cutOff: !whole });
  const portion = await stream.read({ from: 0, split: 0, of: 1 }, SAMPLED_ROWS);
  await stream.close();
  return {
    format,
    schema,
    sample: rowsOf(portion.batch).slice(0, SHOWN_ROWS),
    rejectedCount: portion.rejectedCount,
    rejected: portion.rejections.map(({ text }) => text),
    timestampColumn: suggestTimestamp(schema),
    estimatedRecords: await estimate(format, schema, blob, whole, portion),
  };
}

/** Counts the records of the first 256 kB; beyond them the rest is taken to be like them. */
async function estimate(
  format: ResourceFormat,
  schema: Schema,
  blob: Blob,
  whole: boolean,
  first: Portion,
): Promise<number> {
  if (format === 'arrow' || (whole && first.end)) return first.batch.length;
  const stream = new RecordStream({ format, content: blob.slice(0, START_BYTES) }, schema, { cutOff: !whole });
  let records = 0;
  for (let end = false; !end; ) {
    const portion = await stream.read({ from: 0, split: 0, of: 1 }, 65_536);
    records += portion.batch.length;
    end = portion.end;
  }
  return whole ? records : Math.round((records * blob.size) / START_BYTES);
}

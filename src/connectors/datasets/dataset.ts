/** The contract of a bundled data set: its description, and how its records are made from the source files. */
import type { Schema } from '../../engine/graph/schema.ts';
import type { ResourceFormat } from '../resource.ts';

export interface Dataset {
  readonly name: string;
  readonly title: string;
  /** What one record is, and what a reader should know about its times. */
  readonly description: string;
  readonly origin: { readonly text: string; readonly url: string | null };
  readonly licence: string;
  /** Relative to the site's base. */
  readonly url: string;
  readonly format: ResourceFormat;
  readonly schema: Schema;
  readonly records: number;
  /** The column to take as event time; null where records have no time. */
  readonly timestampColumn: string | null;
  /** The records in order, each with its cells in the order of `schema`. The same wherever it runs. */
  prepare(sources: DatasetSources): Promise<DatasetCell[][]>;
}

export type DatasetCell = string | number | Date | null;

/** Files that are there when the site is built. */
export interface DatasetSources {
  /** Text of a file of the vega-datasets package. */
  vega(file: string): Promise<string>;
  /** The documents in `texts/`, by name, in the order of their names. */
  texts(): Promise<readonly { readonly name: string; readonly lines: readonly string[] }[]>;
}

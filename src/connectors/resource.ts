/** What a file source reads: named bytes and the format that they are in. */

export const resourceFormats = ['csv', 'ndjson', 'json', 'arrow', 'text'] as const;
export type ResourceFormat = (typeof resourceFormats)[number];

/** Bytes that a file source reads, by the name that its `resource` parameter holds. */
export interface Resource {
  readonly name: string;
  readonly format: ResourceFormat;
  readonly content: Blob | URL;
}

/** Data that file sources can read: bundled data sets and the person's own files, under the names that jobs hold. */
import { datasets, type Dataset } from '../../connectors/datasets/list.ts';
import type { Job } from '../../engine/graph/job.ts';
import type { Resource } from '../../connectors/resource.ts';
import type { DroppedFile } from '../session/session-store.ts';

export const datasetResource = (dataset: Dataset): string => `dataset:${dataset.name}`;
export const fileResource = (fileName: string): string => `file:${fileName}`;

/** Every name that a `resource` parameter may hold here. */
export const resourceNames = (files: readonly DroppedFile[]): ReadonlySet<string> =>
  new Set([...datasets.map(datasetResource), ...files.map((file) => file.resource.name)]);

/**
 * The resources that the job's parameters name, so that no other file is handed to Workers.
 * @param base address of the site, which data sets are relative to
 */
export function usedResources(job: Job, files: readonly DroppedFile[], base: string): readonly Resource[] {
  const named = new Set(job.nodes.flatMap((node) => Object.values(node.params)));
  const bundled = datasets.map(
    (dataset): Resource => ({
      name: datasetResource(dataset),
      format: dataset.format,
      content: new URL(dataset.url, base),
    }),
  );
  return [...bundled, ...files.map((file) => file.resource)].filter((resource) => named.has(resource.name));
}

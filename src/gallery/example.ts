/** What an example of the gallery is. */
import { assert } from '../base/assert.ts';
import type { Job } from '../engine/graph/job.ts';
import { readJobValue } from '../export/job-file.ts';

export interface Example {
  /** Stable: part of addresses. The name of its file. */
  readonly id: string;
  readonly title: string;
  /** One line: the question that it answers. */
  readonly question: string;
  /** What it shows, in the field's terms. */
  readonly tags: readonly string[];
  readonly job: Job;
}

export function example(id: string, file: unknown, question: string, tags: readonly string[]): Example {
  const read = readJobValue(file);
  assert(read.ok, `the example ${id} is a readable job file`);
  return { id, title: read.value.job.name, question, tags, job: read.value.job };
}

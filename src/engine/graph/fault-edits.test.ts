/** Checks each edit of the fault script by the job that it gives. */
import { describe, expect, it } from 'vitest';
import { addFault, changeFault, removeFault } from './fault-edits.ts';
import type { NewFault } from './fault-edits.ts';
import { emptyJob, jobLimits } from './job.ts';
import type { Job } from './job.ts';

const kill: NewFault = {
  kind: 'crash-worker',
  target: { kind: 'node', node: 'n1' },
  when: { kind: 'at', ms: 500 },
  params: {},
  times: 1,
};

function withFaults(count: number): Job {
  return { ...emptyJob, faults: Array.from({ length: count }, (_, i) => ({ ...kill, id: `f${i + 1}` })) };
}

describe('edits of the fault script', () => {
  it('add a fault at its end, under an id that no other has', () => {
    const added = addFault({ ...withFaults(2), faults: [{ ...kill, id: 'f9' }] }, kill);
    expect(added.ok && added.value.fault).toBe('f10');
    expect(added.ok && added.value.job.faults.map(({ id }) => id)).toEqual(['f9', 'f10']);
    expect(added.ok && added.value.job.faults[1]).toEqual({ ...kill, id: 'f10' });
  });

  it('refuse more than a job may have', () => {
    const full = addFault(withFaults(jobLimits.faults), kill);
    expect(full).toMatchObject({ ok: false, error: { code: 'job-full', details: { max: 1_000 } } });
  });

  it('remove one and leave the others as they are', () => {
    const job = withFaults(3);
    expect(removeFault(job, 'f2').faults).toEqual([job.faults[0], job.faults[2]]);
    expect(removeFault(job, 'f7')).toBe(job);
  });

  it('change one and leave the others as they are', () => {
    const job = withFaults(2);
    const changed = changeFault(job, 'f2', { times: 3, when: { kind: 'now' } });
    expect(changed.faults[0]).toBe(job.faults[0]);
    expect(changed.faults[1]).toEqual({ ...kill, id: 'f2', times: 3, when: { kind: 'now' } });
    expect(changeFault(job, 'f7', { times: 3 })).toBe(job);
  });
});

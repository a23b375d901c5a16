/** All of the fault panel that belongs to the job as a whole: what can be broken of it, chaos, and the script. */
import { BreakIt } from './break-it.tsx';
import { Chaos } from './chaos.tsx';
import { Script } from './script.tsx';

export function JobFaults() {
  return (
    <>
      <BreakIt place={{ kind: 'job' }} />
      <Chaos />
      <Script />
    </>
  );
}

/** The kinds of faults, in the order of the fault panel. A new kind is one file and one line here. */
import { crashWorker } from './crash-worker.ts';
import { exception } from './exception.ts';
import type { FaultDefinition, FaultTable } from './fault.ts';

export const faultKinds = [crashWorker, exception] as unknown as readonly FaultDefinition[];

export const faultTable: FaultTable = new Map(faultKinds.map((kind) => [kind.kind, kind]));

/** The kinds of faults, in the order of the fault panel. A new kind is one file and one line here. */
import { corruptCheckpoint } from './corrupt-checkpoint.ts';
import { crashCoordinator } from './crash-coordinator.ts';
import { crashMachine } from './crash-machine.ts';
import { crashWorker } from './crash-worker.ts';
import { cutChannel } from './cut-channel.ts';
import { delayBuffer } from './delay-buffer.ts';
import { dropBuffer } from './drop-buffer.ts';
import { duplicateBuffer } from './duplicate-buffer.ts';
import { exception } from './exception.ts';
import { failSnapshotWrite } from './fail-snapshot-write.ts';
import type { FaultDefinition, FaultTable } from './fault.ts';
import { hang } from './hang.ts';
import { loseAcknowledgement } from './lose-acknowledgement.ts';
import { loseCredit } from './lose-credit.ts';
import { poisonRecord } from './poison-record.ts';
import { reloadPage } from './reload-page.ts';
import { reorderBuffers } from './reorder-buffers.ts';
import { slow } from './slow.ts';
import { slowSnapshotWrite } from './slow-snapshot-write.ts';
import { stallSource } from './stall-source.ts';

export const faultKinds = [
  crashWorker,
  crashMachine,
  hang,
  slow,
  exception,
  poisonRecord,
  stallSource,
  dropBuffer,
  delayBuffer,
  duplicateBuffer,
  reorderBuffers,
  cutChannel,
  loseCredit,
  failSnapshotWrite,
  slowSnapshotWrite,
  loseAcknowledgement,
  corruptCheckpoint,
  crashCoordinator,
  reloadPage,
] as unknown as readonly FaultDefinition[];

export const faultTable: FaultTable = new Map(faultKinds.map((kind) => [kind.kind, kind]));

/** The store in memory keeps the contract of checkpoint stores. */
import { describeStore } from './testing/store-contract.ts';
import { MemoryCheckpointStore } from './memory.ts';

describeStore('the checkpoint store in memory', () => new MemoryCheckpointStore());

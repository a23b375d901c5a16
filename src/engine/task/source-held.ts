/** What a subtask of a source keeps, in words: the offset of each of its splits. */
import { operatorHeld, shortJson } from '../wire/inspect.ts';
import type { OperatorHeld } from '../wire/inspect.ts';
import type { SourceDriver } from './source-driver.ts';

/** Only looks. A source without splits reads the one of its own index. */
export function sourceHeld(driver: SourceDriver, index: number): OperatorHeld {
  const { position, splitCount } = driver;
  const sent = `${position} ${position === 1 ? 'record has' : 'records have'} gone out`;
  const dealt = splitCount === 0 ? '' : ' With another parallelism the splits are dealt out anew.';
  const note = `Offsets: after a restore, reading goes on exactly behind the records that the checkpoint covers. ${sent}.${dealt}`;
  return operatorHeld(note, driver.splitStates(index), ([split, state]) => {
    const what = `Split ${split}`;
    if (state === null) return { what, window: null, value: '', note: 'Read to its end.' };
    return { what, window: null, value: shortJson(state), note: null };
  });
}

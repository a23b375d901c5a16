/** What the State view says where there is nothing to show. Pure. */
import type { InspectedKeyed } from '../../../engine/wire/inspect.ts';

export const waitingText = (state: string | null, index: number): string => {
  if (state === null) return `Asking subtask ${index} …`;
  return state === 'lost'
    ? `Subtask ${index} is not there: it is being started, or has died.`
    : `Subtask ${index} is ${state}: it holds nothing now.`;
};

/** `sought`: a key is; `group`: only this key group is shown; `keyless`: the stream has no key. */
export interface Looked {
  readonly sought: boolean;
  readonly group: number | null;
  readonly keyless: boolean;
}

export function nothingText({ entries }: InspectedKeyed, { sought, group, keyless }: Looked, index: number): string {
  if (sought) return `Subtask ${index} holds nothing for this key: no record of it has come, or what it had is over.`;
  if (group !== null) return `No key of key group ${group} has state now.`;
  if (entries > 0) return 'There are no more keys here.';
  return keyless
    ? 'It holds nothing yet, or all that it held is over. State appears with the first record.'
    : `Subtask ${index} holds no key yet, or all that it held is over. State appears with the first record.`;
}

/** What the faults that end a Worker share: when they strike, and how it is told. */
import type { ProtocolPoint } from '../graph/faults.ts';
import type { ArmedFault, FaultSite, Moment, Verdict } from './fault.ts';
import { pass } from './fault.ts';

const places: Readonly<Record<ProtocolPoint, string>> = {
  'before-acknowledge': 'before it acknowledged checkpoint {checkpoint}',
  'after-pre-commit': 'after it acknowledged checkpoint {checkpoint} and before it heard of its completion',
  'before-commit': 'when it was to commit checkpoint {checkpoint}',
  'during-restore': 'while it fetched its state',
  'between-acknowledgements': 'between the acknowledgements of checkpoint {checkpoint}',
};

export const placeOf = ({ point, checkpoint }: Pick<Moment, 'point' | 'checkpoint'>): string =>
  places[point].replace('{checkpoint}', String(checkpoint));

/** `verb`: what happens to the Worker, before the place: `The Worker of Window (1/2) was killed`. */
export function workerFate(site: FaultSite, done: string, verdict: (when: 'before' | 'after') => Verdict): ArmedFault {
  const says = (where: string) => site.strike(`The Worker of ${site.name} ${done}${where}.`);
  /** The record that was met in this step: nothing of the step leaves. */
  let record: number | null = null;
  const atOnce = (): Verdict | null => {
    if (record !== null) {
      const at = ` at record ${record}`;
      record = null;
      return says(at) ? verdict('before') : null;
    }
    return site.metNow() && says('') ? verdict('before') : null;
  };
  const inHand = (): Verdict => {
    const early = atOnce();
    if (early !== null) return early;
    const moment = site.metAtPoint();
    return moment !== null && says(` ${placeOf(moment)}`) ? verdict(moment.when) : pass;
  };
  return {
    onMessage: inHand,
    onEffect: inHand,
    task: {
      beforeRecords(batch, recordsBefore) {
        record ??= site.metAtRecord(recordsBefore, batch.length);
      },
    },
  };
}

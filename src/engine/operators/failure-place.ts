/** Where a user's function failed, if no record was in hand that would say it: at a timer or a window. */
import { TaskFailure } from '../wire/failures.ts';

/** The failure whose reason names the place, too: `at the event-time timer 5 of key "a"`. Other errors stay as they are. */
export function inPlace(error: unknown, place: string): unknown {
  if (!(error instanceof TaskFailure)) return error;
  const { details } = error.failure;
  return new TaskFailure({ ...error.failure, details: { ...details, reason: `${details['reason']}; ${place}` } });
}

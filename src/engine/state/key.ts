/** What a key is, for state, timers and the exchange. */

/** A key as state sees it: the value of a single key column, or the JSON array text of several. */
export type Key = number | string | boolean | null;

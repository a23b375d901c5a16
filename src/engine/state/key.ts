/** What a key is, for state, timers and the exchange; and what its state is for. */

/** A key as state sees it: the value of a single key column, or the JSON array text of several. */
export type Key = number | string | boolean | null;

/** Within a key, what a value or a timer is for; a window is one. */
export type Namespace = number | string;

export const emptyNamespace: Namespace = '';

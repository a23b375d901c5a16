/** How long the coordinator waits for what. All in ms of the host's clock, which goes on while a job is paused. */

/** Between two heartbeats asked of a subtask. */
export const pingIntervalMs = 1000;
/** From the order to deploy until every Worker has to be up. Booting takes 15–45 ms each, in effect one by one. */
export const deploymentTimeoutMs = 20_000;
/** From the order to cancel until a subtask that did not answer is ended. */
export const cancelTimeoutMs = 2000;

/** From a question to the checkpoint store, without whose answer nothing can be restored, until the job fails. */
export const storeTimeoutMs = 30_000;

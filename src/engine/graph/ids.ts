/** The names of what a job is made of, as drawn and as run. Plain texts, so that they can stand in files and messages. */

export type NodeId = string;
export type EdgeId = string;

export type VertexId = string;
/** `<vertex>/<index>`, e.g. `v1/0`. */
export type SubtaskId = string;
/** `<edge>:<from index>-<to index>`, e.g. `e3:0-1`. */
export type ChannelId = string;

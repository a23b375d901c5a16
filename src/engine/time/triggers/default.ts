/** The trigger that a window has when none is chosen (Flink: WindowAssigner.getDefaultTrigger). */

/** By which time windows pass; none: they never do. */
export type WindowTime = 'event' | 'processing' | 'none';

export const defaultTrigger = (time: WindowTime): string =>
  time === 'none' ? 'never()' : `repeatedly(${time === 'event' ? 'watermark' : 'processingTime'}())`;

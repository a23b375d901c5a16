/**
 * The triggers there are, as a person picks and writes them: names, values and parts. The page knows them by this table
 * alone; what they do is in the classes that `make.ts` chooses.
 */

/** What stands between the brackets beside other triggers. Durations are in ms. */
export type ValueKind = 'count' | 'number' | 'duration' | 'column';

export interface TriggerValueField {
  readonly kind: ValueKind;
  readonly label: string;
  /** What a new one begins with. */
  readonly initial: number | string;
}

/** `two`: the one that fires and the one that ends it. `panes`: early and late ones, each optional. */
export type PartsKind = 'none' | 'one' | 'two' | 'several' | 'panes';

export interface TriggerRow {
  /** The name of Flink, or else of Beam, where it has one there. */
  readonly title: string;
  readonly values: readonly TriggerValueField[];
  readonly parts: PartsKind;
  /** It looks at the watermark. */
  readonly watermark?: boolean;
}

const interval: TriggerValueField = { kind: 'duration', label: 'Interval', initial: 10_000 };

export const triggerTable = {
  watermark: { title: 'Event time: end of window', values: [], parts: 'none', watermark: true },
  processingTime: { title: 'Processing time: end of window', values: [], parts: 'none' },
  count: { title: 'Count', values: [{ kind: 'count', label: 'Records', initial: 1 }], parts: 'none' },
  delay: {
    title: 'Processing-time delay',
    values: [{ kind: 'duration', label: 'Delay', initial: 10_000 }],
    parts: 'none',
  },
  delta: {
    title: 'Delta',
    values: [
      { kind: 'number', label: 'Threshold', initial: 1 },
      { kind: 'column', label: 'Column', initial: '' },
    ],
    parts: 'none',
  },
  everyEventTime: { title: 'Continuous event time', values: [interval], parts: 'none', watermark: true },
  everyProcessingTime: { title: 'Continuous processing time', values: [interval], parts: 'none' },
  any: { title: 'After any', values: [], parts: 'several' },
  all: { title: 'After all', values: [], parts: 'several' },
  each: { title: 'After each, in order', values: [], parts: 'several' },
  orFinally: { title: 'Or finally', values: [], parts: 'two' },
  repeatedly: { title: 'Repeatedly', values: [], parts: 'one' },
  afterWatermark: { title: 'After watermark: early, late', values: [], parts: 'panes', watermark: true },
  never: { title: 'Never', values: [], parts: 'none' },
} as const satisfies Record<string, TriggerRow>;

export type TriggerName = keyof typeof triggerTable;

export const triggerRow = (name: TriggerName): TriggerRow => triggerTable[name];

export const isTriggerName = (name: string): name is TriggerName => Object.hasOwn(triggerTable, name);

export const triggerNames = Object.keys(triggerTable) as readonly TriggerName[];

/**
 * Global window: one window per key for all time, which fires when its trigger says so, and never otherwise. Flink's
 * GlobalWindows.
 */
import * as z from 'zod/mini';
import type { OperatorDefinition, TransformFactory } from '../task/operator.ts';
import { global } from '../time/window-assigners.ts';
import { sumOfN, words } from './windowing/example.ts';
import { deriveWindow, firingIssues, functionFields, needsEventTime, triggerFields } from './windowing/kind.ts';
import { makeWindow } from './windowing/make.ts';
import { endlessTrigger } from './windowing/trigger-fields.ts';
import type { WindowShape } from './windowing/trigger-fields.ts';

const params = z.object({ ...functionFields, ...triggerFields, trigger: endlessTrigger });
type GlobalWindowParams = z.infer<typeof params>;

const shape: WindowShape = { time: 'none', merges: false, trigger: 'never()' };

export const globalWindowKind: OperatorDefinition<GlobalWindowParams> = {
  kind: 'globalWindow',
  family: 'time',
  title: 'Global window',
  summary: 'Computes each key over one window for all time, whenever its trigger fires.',
  icon: 'globe',
  params,
  inputs: [{ name: 'in', keyed: 'either' }],
  outputs: [{ name: 'out' }, { name: 'late', side: true }],
  eventTime: { needed: (given) => needsEventTime(given, 'none') },
  check: (given) => firingIssues(given, shape),
  derive: (given, [input]) => deriveWindow(given, shape, input, []),
  describe: ({ trigger }) => (trigger.trim() === '' ? 'never fires' : trigger.replace(/\s+/g, ' ').slice(0, 40)),
  example: {
    params: { trigger: 'repeatedly(count(2))', aggregates: sumOfN },
    inputs: [{ type: words, timeline: 'a=1@1 a=2@3 w5 a=4@4 a=1@6 |' }],
    outputs: { out: 'a=3@9007199254740991 w5 a=8@9007199254740991 |', late: 'w5 |' },
  },
};

export const globalWindowFactory: TransformFactory<GlobalWindowParams> = {
  role: 'transform',
  create: (given, context) => makeWindow(given, shape, { assigner: global, latenessMs: 0 }, context),
};

/** Random jobs as a file can hold them, down to names and parameters that nothing knows. */
import * as fc from 'fast-check';
import { protocolPoints } from '../../engine/graph/faults.ts';
import type { Fault, FaultTarget, FaultTrigger } from '../../engine/graph/faults.ts';
import { defaultSettings, partitioners } from '../../engine/graph/job.ts';
import type { Job, JobEdge, JobNode, PartitionerChoice } from '../../engine/graph/job.ts';

const noMinusZero = (value: number) => (value === 0 ? 0 : value);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map(noMinusZero);
const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(noMinusZero);
const name = fc.string({ unit: 'grapheme-composite', maxLength: 20 });
const params = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc
    .jsonValue({ maxDepth: 3 })
    .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'x')) as unknown),
  { noNullPrototype: true },
);
const anyNode = fc.record<Omit<JobNode, 'id'>>({
  kind: fc.constantFrom('map', 'future', 'constructor'),
  name,
  params,
  parallelism: fc.option(finite),
  chaining: fc.constantFrom('always', 'head', 'never'),
  costMs: finite,
  position: fc.record({ x: coordinate, y: coordinate }),
});
const end = fc.record({ node: fc.constantFrom('n0', 'n1', 'gone'), port: name });
const anyEdge = fc.record<Omit<JobEdge, 'id'>>({
  from: end,
  to: end,
  partitioner: fc.constantFrom(
    'auto',
    ...partitioners.filter((choice) => choice !== 'hash'),
  ) as fc.Arbitrary<PartitionerChoice>,
});
const anyTarget: fc.Arbitrary<FaultTarget> = fc.oneof(
  fc.constantFrom<FaultTarget>({ kind: 'coordinator' }, { kind: 'store' }, { kind: 'page' }),
  fc.record({ kind: fc.constant('subtask' as const), subtask: fc.constantFrom('v1/0', 'gone') }),
  fc.record({ kind: fc.constant('node' as const), node: fc.constantFrom('n0', 'gone') }),
  fc.record({ kind: fc.constant('channel' as const), channel: fc.constantFrom('e0:0-0', 'gone') }),
  fc.record({ kind: fc.constant('machine' as const), subtasks: fc.array(fc.constantFrom('v1/0', 'v1/1')) }),
);
const anyTrigger: fc.Arbitrary<FaultTrigger> = fc.oneof(
  fc.constant<FaultTrigger>({ kind: 'now' }),
  fc.record({ kind: fc.constant('at' as const), ms: finite }),
  fc.record({ kind: fc.constant('record' as const), n: finite }),
  fc.record({ kind: fc.constant('point' as const), point: fc.constantFrom(...protocolPoints), n: finite }),
);
const anyFault = fc.record<Omit<Fault, 'id'>>({
  kind: fc.constantFrom('crash-worker', 'future', 'constructor'),
  target: anyTarget,
  when: anyTrigger,
  params,
  times: finite,
});
export const anyJob: fc.Arbitrary<Job> = fc.record({
  faults: fc.array(anyFault, { maxLength: 4 }).map((faults) => faults.map((fault, i) => ({ id: `f${i}`, ...fault }))),
  name,
  description: fc.string(),
  script: fc.oneof(fc.string(), fc.constant('# a\n\nin: a=1@1\r\n')),
  nodes: fc.array(anyNode, { maxLength: 6 }).map((nodes) => nodes.map((node, i) => ({ id: `n${i}`, ...node }))),
  edges: fc.array(anyEdge, { maxLength: 6 }).map((edges) => edges.map((edge, i) => ({ id: `e${i}`, ...edge }))),
  settings: fc
    .record({ parallelism: finite, seed: finite, chaining: fc.boolean() })
    .map((some) => ({ ...defaultSettings, ...some })),
});

/** “Why?” of what is pinned in the plot: a record and its verdict, a window, the window of a pane. */
import type { NodeId } from '../../../engine/graph/job.ts';
import type { Key } from '../../../engine/state/key.ts';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import { WhyButton } from '../../why/why-button.tsx';
import { allRecords, keyText, placeOf } from '../../why/why.ts';
import type { Question } from '../../why/why.ts';
import { windowName } from '../../why/why-held.ts';
import { parseKey, stateReaderOf } from '../checkpoints/key-search.ts';
import type { Hit } from './hit.ts';

interface WhyPinnedProps {
  readonly view: ClusterView;
  readonly node: NodeId;
  readonly pinned: Hit;
}

export function WhyPinned({ view, node, pinned }: WhyPinnedProps) {
  const asked = questionOf(view, node, pinned);
  return asked === null ? null : <WhyButton key={asked.about} {...asked} />;
}

interface Asked {
  readonly question: Question;
  readonly about: string;
}

/** Null: it is of many keys, or of none that state is kept by. */
function questionOf(view: ClusterView, node: NodeId, hit: Hit): Asked | null {
  if (hit.kind === 'dot') {
    const { trace, subtask } = hit.thing;
    const { time, watermark, input, verdict } = trace;
    if (time === null) return null;
    const key = keyOf(view, node, trace.key) ?? trace.key;
    const question = {
      kind: 'record',
      node,
      subtask,
      key,
      time,
      watermark,
      input,
      dropped: verdict === 'dropped',
    } as const;
    return { question, about: `Record of ${keyText(key)}` };
  }
  const [start, end] = hit.thing.window;
  const text = hit.kind === 'region' ? hit.thing.key : oneKey(hit.thing.panes.map(({ trace }) => trace.key));
  const key = text === null ? undefined : keyOf(view, node, text);
  if (key === undefined) return null;
  return { question: { kind: 'window', node, key, start, end }, about: windowName(start, end, key) };
}

function oneKey(keys: readonly string[]): string | null {
  const [first] = keys;
  return first !== undefined && keys.every((key) => key === first) ? first : null;
}

/** The key as state has it. Undefined: the text was cut, or the operator has no key of one column. */
function keyOf(view: ClusterView, node: NodeId, text: string): Key | undefined {
  const found = placeOf(view.graph, node);
  const reader = found === null ? null : stateReaderOf(found.vertex);
  if (reader?.types.length === 0) return allRecords;
  return reader === null || reader.types.length > 1 || text.endsWith('…') ? undefined : parseKey(text, reader.types);
}

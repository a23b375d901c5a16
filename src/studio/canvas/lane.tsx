/** One subtask of a node, or the busiest of a collapsed one: index, shares of its time, rate and watermark. */
import { type KeyboardEvent, useCallback } from 'react';
import { type LaneKey, laneSentences } from './lane-text.ts';
import { liveView, registerLane } from './live-lanes.ts';
import { laneHeight } from './metrics.ts';
import type { SceneLane } from './scene-parts.ts';

interface LaneProps {
  readonly lane: SceneLane;
  readonly name: string;
  readonly picked: boolean;
  /** Its node is selected: then Tab goes through the lanes. */
  readonly reachable: boolean;
  readonly onPick: (index: number) => void;
}

export function Lane({ lane, name, picked, reachable, onPick }: LaneProps) {
  const { node, index, rate } = lane;
  const register = useCallback(
    (element: HTMLDivElement | null) => {
      if (element === null) return undefined;
      const key: LaneKey = { node, index, rate };
      return registerLane(element, key);
    },
    [node, index, rate],
  );
  // What it says at the moment of coming here: announcing every change would be noise.
  const describe = (event: { readonly currentTarget: Element }) =>
    event.currentTarget.setAttribute('aria-description', laneSentences(liveView(), lane, name).slice(1).join('. '));
  return (
    <div
      ref={register}
      className="wc-lane"
      data-picked={picked || undefined}
      data-tip="lane"
      data-node={node}
      data-index={index ?? ''}
      data-name={name}
      style={{ height: laneHeight }}
      {...(index === null
        ? {}
        : {
            role: 'button',
            tabIndex: reachable ? 0 : -1,
            'aria-label': `Subtask ${index} of ${name}`,
            'aria-pressed': picked,
            onFocus: describe,
            onDoubleClick: () => onPick(index),
            onKeyDown: pickByKey(() => onPick(index)),
          })}
    >
      <span className="wc-lane-index" aria-label={index === null ? 'All subtasks' : undefined}>
        {index ?? '∗'}
      </span>
      <span className="wc-lane-time">
        <span data-part="bar" className="wc-bar" aria-hidden />
        <span data-part="state" className="wc-lane-state" />
      </span>
      <span className="wc-lane-numbers">
        <span data-part="rate" />
        <span data-part="watermark" className="wc-watermark" />
      </span>
    </div>
  );
}

/** Enter and Space pick the subtask; the node around it, which has keys of its own, does not hear of them. */
const pickByKey = (pick: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  event.stopPropagation();
  pick();
};

/** One subtask of a node, or the busiest of a collapsed one: index, shares of its time, rate and watermark. */
import { useCallback } from 'react';
import type { LaneKey } from './lane-text.ts';
import { registerLane } from './live-lanes.ts';
import { laneHeight } from './metrics.ts';
import type { SceneLane } from './scene-parts.ts';

interface LaneProps {
  readonly lane: SceneLane;
  readonly name: string;
  readonly picked: boolean;
  readonly onPick: (index: number) => void;
}

export function Lane({ lane, name, picked, onPick }: LaneProps) {
  const { node, index, rate } = lane;
  const register = useCallback(
    (element: HTMLDivElement | null) => {
      if (element === null) return undefined;
      const key: LaneKey = { node, index, rate };
      return registerLane(element, key);
    },
    [node, index, rate],
  );
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
      onDoubleClick={index === null ? undefined : () => onPick(index)}
    >
      <span className="wc-lane-index" aria-label={index === null ? 'All subtasks' : `Subtask ${index}`}>
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

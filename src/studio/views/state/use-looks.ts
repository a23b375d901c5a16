/**
 * Looks into subtasks, again and again while the view is shown: a few times a second while the run moves, and when it
 * stands still only when something has changed.
 */
import { useEffect, useState } from 'react';
import type { SubtaskId } from '../../../engine/graph/plan.ts';
import type { InspectAnswer, InspectQuery } from '../../../engine/wire/inspect.ts';
import { runStore } from '../../run/run-store.ts';
import { isHeld } from '../../why/hold.ts';

const intervalMs = 400;

export interface Looks {
  readonly answers: ReadonlyMap<SubtaskId, InspectAnswer>;
  /** What was asked: the same text as is asked now, or the answer is to an older question. */
  readonly asked: string;
}

export interface Look {
  readonly subtask: SubtaskId;
  readonly query: InspectQuery;
}

/** Null before the first answer. `looks` is compared by its text. */
export function useLooks(looks: readonly Look[]): Looks | null {
  const asked = JSON.stringify(looks);
  const [seen, setSeen] = useState<Looks | null>(null);
  useEffect(() => {
    const wanted = JSON.parse(asked) as readonly Look[];
    let live = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lookedAt: unknown = null;
    const look = async (): Promise<void> => {
      const { run, view } = runStore.getState();
      if (run !== null && view !== lookedAt && !document.hidden && !isHeld()) {
        lookedAt = view;
        const answers = await Promise.all(wanted.map(({ subtask, query }) => run.inspect(subtask, query)));
        if (!live) return;
        if (isHeld()) lookedAt = null;
        else
          setSeen({ asked, answers: new Map(wanted.map(({ subtask }, i) => [subtask, answers[i] as InspectAnswer])) });
      }
      timer = setTimeout(() => void look(), intervalMs);
    };
    void look();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return seen;
}

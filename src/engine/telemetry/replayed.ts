/** How much a recovery makes the sources do again. */
import type { RecoveryView } from './cluster-view.ts';

/**
 * Records that the rewound sources emit again: from where they were rewound to up to where they had been. A source whose
 * subtask has not been restored yet counts nothing.
 */
export function replayedRecords({ replayTo, restored }: RecoveryView): number {
  let records = 0;
  for (const [source, reached] of replayTo) {
    const position = restored.get(source)?.position;
    if (position !== undefined) records += Math.max(0, reached - position);
  }
  return records;
}

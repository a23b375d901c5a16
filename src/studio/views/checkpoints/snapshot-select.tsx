/** Chooses a snapshot among the kept checkpoints of the run on screen, and the one that is open. */
import { Select } from '../../ui/inputs.tsx';
import { openings, openSnapshot, snapshotKey, snapshotName, type Snapshot } from './snapshots.ts';

interface SnapshotSelectProps {
  readonly label: string;
  readonly value: Snapshot | null;
  readonly onValue: (snapshot: Snapshot) => void;
}

export function SnapshotSelect({ label, value, onValue }: SnapshotSelectProps) {
  const kept = openings();
  const options = kept.map((each) => ({ value: snapshotKey(each), label: snapshotName(each) }));
  const key = value === null ? '' : snapshotKey(value);
  if (value !== null && options.every((option) => option.value !== key)) {
    const gone = value.of === '' ? ' (discarded since)' : '';
    options.push({ value: key, label: snapshotName(value) + gone });
  }
  return (
    <Select
      aria-label={label}
      className="cp-select"
      value={key}
      options={options}
      placeholder="Choose a snapshot"
      onValue={(next) => {
        const chosen = kept.find((each) => snapshotKey(each) === next);
        if (chosen !== undefined) onValue(openSnapshot(chosen));
      }}
    />
  );
}

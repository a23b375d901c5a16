/** The job's settings for checkpoints and restarts, in Flink's terms; of each only what has an effect as things are. */
import { useJob } from '../document/document-store.ts';
import { Section } from './parts.tsx';
import { ChoiceRow, NumberRow, NumberRows, SwitchRow, type SettingRow } from './setting-rows.tsx';

const modes = {
  off: 'Off: a failure loses data',
  'at-least-once': 'At least once',
  aligned: 'Exactly once, aligned',
  unaligned: 'Exactly once, unaligned',
} as const;

const modeNotes = {
  off: 'After a failure the sources go on from where they were; what was in flight and all state are lost.',
  'at-least-once': 'Channels are not blocked at a barrier: after a restart, records in front of it may count twice.',
  aligned: 'A channel whose barrier has come waits for the others. Backpressure makes that long.',
  unaligned: 'Barriers overtake the records that wait; what they overtook becomes part of the snapshot.',
} as const;

const interval: SettingRow = {
  setting: 'checkpointIntervalMs',
  duration: true,
  help: 'From one trigger to the next. 0: only by hand. Flink: execution.checkpointing.interval.',
};
const pause: SettingRow = {
  setting: 'checkpointMinPauseMs',
  duration: true,
  help: 'At least this long from the end of one checkpoint to the trigger of the next. Flink: min-pause.',
};
const alignment: SettingRow = {
  setting: 'alignmentTimeoutMs',
  duration: true,
  help: 'A barrier that is under way or waits for so long overtakes from there on. 0: never. Flink: aligned-checkpoint-timeout.',
};
const others: readonly SettingRow[] = [
  {
    setting: 'checkpointTimeoutMs',
    duration: true,
    help: 'A checkpoint that is not complete by then is aborted. Flink: execution.checkpointing.timeout.',
  },
  {
    setting: 'tolerableCheckpointFailures',
    unit: 'in a row',
    help: 'Failed checkpoints that the job survives. Flink: tolerable-failed-checkpoints.',
  },
  {
    setting: 'maxConcurrentCheckpoints',
    help: 'How many may be under way at once. Flink: max-concurrent-checkpoints.',
  },
  { setting: 'retainedCheckpoints', help: 'Completed checkpoints that are kept. Flink: num-retained.' },
];

export function CheckpointSettings() {
  const mode = useJob((job) => job.settings.checkpointMode);
  const periodic = useJob((job) => job.settings.checkpointIntervalMs > 0);
  return (
    <Section title="Checkpoints">
      <ChoiceRow
        setting="checkpointMode"
        labels={modes}
        help="What a failure may lose or repeat, and how barriers pass. Flink: execution.checkpointing.mode and .unaligned."
      />
      <p className="note">{modeNotes[mode]}</p>
      {mode !== 'off' && (
        <>
          <NumberRow row={interval} />
          {periodic && <NumberRow row={pause} />}
          {mode === 'aligned' && <NumberRow row={alignment} />}
          <NumberRows rows={others} />
          <SwitchRow
            setting="incrementalCheckpoints"
            help="Write only the key groups that changed since the last completed checkpoint."
          />
          <SwitchRow
            setting="checkpointsAfterFinish"
            help="Go on with checkpoints when some tasks have finished (FLIP-147). Off: the first task that finishes ends them."
          />
        </>
      )}
    </Section>
  );
}

const strategies = {
  none: 'None: the job fails',
  'fixed-delay': 'Fixed delay',
  'exponential-delay': 'Exponential delay',
  'failure-rate': 'Failure rate',
} as const;

const strategyNotes = {
  none: 'The first failure of a task fails the job.',
  'fixed-delay': 'So many restarts in all, each after the same delay; then the job fails.',
  'exponential-delay': 'Restarts without end; the delay doubles with each, up to the greatest.',
  'failure-rate': 'Restarts as long as failures come no more often than this.',
} as const;

const rowsOf: Readonly<Record<keyof typeof strategies, readonly SettingRow[]>> = {
  none: [],
  'fixed-delay': [
    {
      setting: 'restartAttempts',
      unit: 'restarts',
      help: 'Restarts before the job fails. Flink: fixed-delay.attempts.',
    },
    { setting: 'restartDelayMs', duration: true, help: 'Before each restart. Flink: fixed-delay.delay.' },
  ],
  'exponential-delay': [
    {
      setting: 'restartDelayMs',
      label: 'First delay',
      duration: true,
      help: 'Before the first restart. Flink: exponential-delay.initial-backoff.',
    },
    {
      setting: 'restartWindowMs',
      label: 'Greatest delay',
      duration: true,
      help: 'The delay grows no further. Flink: exponential-delay.max-backoff.',
    },
  ],
  'failure-rate': [
    {
      setting: 'restartAttempts',
      label: 'Failures',
      help: 'More failures than this within the interval fail the job. Flink: max-failures-per-interval.',
    },
    {
      setting: 'restartWindowMs',
      duration: true,
      help: 'The interval in which failures are counted. Flink: failure-rate-interval.',
    },
    { setting: 'restartDelayMs', duration: true, help: 'Before each restart. Flink: failure-rate.delay.' },
  ],
};

export function RestartSettings() {
  const strategy = useJob((job) => job.settings.restartStrategy);
  return (
    <Section title="Restart">
      <ChoiceRow
        setting="restartStrategy"
        labels={strategies}
        help="What happens after a task has failed. Flink: restart-strategy.type."
      />
      <p className="note">{strategyNotes[strategy]}</p>
      <NumberRows rows={rowsOf[strategy]} />
      {strategy !== 'none' && (
        <ChoiceRow
          setting="failover"
          labels={{ region: 'The failed region', full: 'All tasks' }}
          help="Which tasks start again: those that channels join to the failed one, or all. Flink: jobmanager.execution.failover-strategy."
        />
      )}
    </Section>
  );
}

/** What is wrong with a job's settings: a whole number within its bounds, a switch, or one of a few words. */
import { checkpointModes, highestMaxParallelism, highestParallelism, restartStrategies } from './job.ts';
import type { JobSettings } from './job.ts';
import type { Problem } from './problems.ts';

type SettingOf<T> = { [K in keyof JobSettings]: JobSettings[K] extends T ? K : never }[keyof JobSettings];
export type NumericSetting = SettingOf<number>;
export type SwitchSetting = SettingOf<boolean>;
export type ChoiceSetting = SettingOf<string>;

interface Bounds {
  /** On screen, sentence case. */
  readonly label: string;
  readonly min: number;
  readonly max: number;
}

const hour = 3_600_000;

/** Shared by the check, the job file's schema and the settings form. All whole numbers; times in milliseconds. */
export const settingBounds: Readonly<Record<NumericSetting, Bounds>> = {
  parallelism: { label: 'Parallelism', min: 1, max: highestParallelism },
  maxParallelism: { label: 'Max parallelism', min: 1, max: highestMaxParallelism },
  bufferRecords: { label: 'Records per buffer', min: 1, max: 8_192 },
  bufferTimeoutMs: { label: 'Buffer timeout', min: 0, max: hour },
  buffersPerChannel: { label: 'Buffers per channel', min: 1, max: 64 },
  watermarkIntervalMs: { label: 'Watermark interval', min: 1, max: hour },
  heartbeatTimeoutMs: { label: 'Heartbeat timeout', min: 100, max: hour },
  seed: { label: 'Seed', min: 0, max: 2 ** 32 - 1 },
  checkpointIntervalMs: { label: 'Interval', min: 0, max: hour },
  checkpointMinPauseMs: { label: 'Minimum pause', min: 0, max: hour },
  checkpointTimeoutMs: { label: 'Timeout', min: 10, max: hour },
  tolerableCheckpointFailures: { label: 'Tolerable failures', min: 0, max: 1_000 },
  maxConcurrentCheckpoints: { label: 'Concurrent checkpoints', min: 1, max: 16 },
  alignmentTimeoutMs: { label: 'Alignment timeout', min: 0, max: hour },
  retainedCheckpoints: { label: 'Retained checkpoints', min: 1, max: 20 },
  restartAttempts: { label: 'Attempts', min: 0, max: 10_000 },
  restartDelayMs: { label: 'Delay', min: 0, max: hour },
  restartWindowMs: { label: 'Within', min: 1, max: hour },
};

/** Labels of switches, sentence case. */
export const switchLabels: Readonly<Record<SwitchSetting, string>> = {
  chaining: 'Chaining',
  incrementalCheckpoints: 'Incremental',
  checkpointsAfterFinish: 'After tasks finished',
};

interface Choices<K extends ChoiceSetting> {
  readonly label: string;
  readonly values: readonly JobSettings[K][];
}

export const settingChoices: { readonly [K in ChoiceSetting]: Choices<K> } = {
  checkpointMode: { label: 'Guarantee', values: checkpointModes },
  restartStrategy: { label: 'Strategy', values: restartStrategies },
  failover: { label: 'Failover', values: ['region', 'full'] },
};

export function checkSettings(settings: JobSettings): Problem[] {
  const problems: Problem[] = [];
  const report = (setting: string, reason: string) =>
    problems.push({ code: 'invalid-setting', param: setting, details: { setting: labelOf(setting), reason } });
  for (const [setting, { min, max }] of Object.entries(settingBounds)) {
    const value = settings[setting as NumericSetting];
    if (!Number.isInteger(value) || value < min || value > max) {
      report(setting, `a whole number between ${min} and ${max} is needed`);
    }
  }
  for (const setting of Object.keys(switchLabels)) {
    if (typeof settings[setting as SwitchSetting] !== 'boolean') report(setting, 'true or false is needed');
  }
  for (const [setting, { values }] of Object.entries(settingChoices)) {
    const given: string = settings[setting as ChoiceSetting];
    if (!values.some((value) => value === given)) report(setting, `one of ${values.join(', ')} is needed`);
  }
  if (settings.maxParallelism < settings.parallelism) {
    report('maxParallelism', `it is less than the parallelism, ${settings.parallelism}`);
  }
  return problems;
}

function labelOf(setting: string): string {
  return (
    settingBounds[setting as NumericSetting]?.label ??
    switchLabels[setting as SwitchSetting] ??
    settingChoices[setting as ChoiceSetting]?.label ??
    setting
  );
}

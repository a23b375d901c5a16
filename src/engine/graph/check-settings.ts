/** What is wrong with a job's settings: each is a whole number (or a switch) within its bounds. */
import { highestMaxParallelism, highestParallelism } from './job.ts';
import type { JobSettings } from './job.ts';
import type { Problem } from './problems.ts';

export type NumericSetting = Exclude<keyof JobSettings, 'chaining'>;

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
  if (typeof settings.chaining !== 'boolean') report('chaining', 'true or false is needed');
  if (settings.maxParallelism < settings.parallelism) {
    report('maxParallelism', `it is less than the parallelism, ${settings.parallelism}`);
  }
  return problems;
}

const labelOf = (setting: string): string => settingBounds[setting as NumericSetting]?.label ?? 'Chaining';

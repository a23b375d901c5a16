/** The watermark strategies, in the order of the form's list. */
import { bounded } from './bounded.ts';
import { custom } from './custom.ts';
import { ingestion } from './ingestion.ts';
import { monotonous } from './monotonous.ts';
import { none } from './none.ts';
import { punctuated } from './punctuated.ts';
import type { WatermarkStrategy } from './strategy.ts';

const strategies = [none, monotonous, bounded, punctuated, custom, ingestion] as const;

type Strategy = (typeof strategies)[number];
export type StrategyName = Strategy['name'];

/** For a choice field. */
export const strategyOptions: readonly { readonly value: StrategyName; readonly label: string }[] = strategies.map(
  ({ name, label }) => ({ value: name, label }),
);

type Both<T> = (T extends unknown ? (each: T) => void : never) extends (all: infer All) => void ? All : never;

/** The parameters of all strategies together. */
export const strategyFields = Object.assign({}, ...strategies.map(({ fields }) => fields)) as Both<Strategy['fields']>;

const table = new Map<string, WatermarkStrategy>(strategies.map((strategy) => [strategy.name, strategy]));

/** An unknown name is none: sources without the parameter make no watermarks. */
export const strategyOf = (name: unknown): WatermarkStrategy => table.get(String(name)) ?? none;

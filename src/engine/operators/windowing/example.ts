/** The stream of the window kinds' examples. */
import type { AggregateSpec } from '../../graph/params.ts';
import type { StreamType } from '../../graph/schema.ts';

export const words: StreamType = {
  schema: [
    { name: 'word', type: 'string' },
    { name: 'n', type: 'int' },
  ],
  key: ['word'],
};

export const sumOfN: AggregateSpec[] = [{ function: 'sum', column: 'n', as: 'n' }];

/** The example that a first visit shows, running: by itself, since the others can be loaded later. */
import { example } from './example.ts';
import flights from './flights.weir.json' with { type: 'json' };

export const firstExample = example(
  'flights',
  flights,
  'How many flights leave each airport every hour, though they arrive out of order?',
  ['real data', 'event time', 'tumbling window'],
);

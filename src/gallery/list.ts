/**
 * The gallery: example jobs, each with the question that it answers. A new example is one job file
 * and one line here.
 */
import adClicks from './ad-clicks.weir.json' with { type: 'json' };
import alignment from './alignment.weir.json' with { type: 'json' };
import arrivals from './arrivals.weir.json' with { type: 'json' };
import atLeastOnce from './at-least-once.weir.json' with { type: 'json' };
import backpressure from './backpressure.weir.json' with { type: 'json' };
import broadcastRules from './broadcast-rules.weir.json' with { type: 'json' };
import countWindow from './count-window.weir.json' with { type: 'json' };
import cumulating from './cumulating.weir.json' with { type: 'json' };
import globalWindow from './global-window.weir.json' with { type: 'json' };
import temporalJoin from './temporal-join.weir.json' with { type: 'json' };
import firstAfter from './first-after.weir.json' with { type: 'json' };
import inOrder from './in-order.weir.json' with { type: 'json' };
import earthquakes from './earthquakes.weir.json' with { type: 'json' };
import { example } from './example.ts';
import type { Example } from './example.ts';
import exactlyOnce from './exactly-once.weir.json' with { type: 'json' };
import { firstExample } from './first.ts';
import invertedIndex from './inverted-index.weir.json' with { type: 'json' };
import mostDelayed from './most-delayed.weir.json' with { type: 'json' };
import noGuarantee from './no-guarantee.weir.json' with { type: 'json' };
import panes from './panes.weir.json' with { type: 'json' };
import playground from './playground.weir.json' with { type: 'json' };
import postgres from './postgres.weir.json' with { type: 'json' };
import regions from './regions.weir.json' with { type: 'json' };
import retractions from './retractions.weir.json' with { type: 'json' };
import scripted from './scripted.weir.json' with { type: 'json' };
import sessions from './sessions.weir.json' with { type: 'json' };
import silentAirports from './silent-airports.weir.json' with { type: 'json' };
import skew from './skew.weir.json' with { type: 'json' };
import sliding from './sliding.weir.json' with { type: 'json' };
import unaligned from './unaligned.weir.json' with { type: 'json' };
import union from './union.weir.json' with { type: 'json' };
import windowAll from './window-all.weir.json' with { type: 'json' };
import windowJoin from './window-join.weir.json' with { type: 'json' };
import wordCount from './word-count.weir.json' with { type: 'json' };

export const gallery: readonly Example[] = [
  firstExample,
  example('word-count', wordCount, 'Which words come how often, counted while the text comes in?', [
    'real data',
    'keyed state',
    'running aggregate',
  ]),
  example('inverted-index', invertedIndex, 'Which documents contain a word, at any moment?', [
    'real data',
    'keyed state',
    'reduce',
  ]),
  example('earthquakes', earthquakes, 'What becomes of an earthquake that is reported after its day is over?', [
    'real data',
    'late data',
    'allowed lateness',
    'side output',
  ]),
  example('panes', panes, 'What is known of a day before it is over, when it is, and after?', [
    'real data',
    'triggers',
    'early and late panes',
  ]),
  example('retractions', retractions, 'How does a sum behind early panes stay right?', [
    'real data',
    'retracting panes',
    'changelog',
    'complete mode',
  ]),
  example('regions', regions, 'Can sums stay right when what they are grouped by is known late, and corrected?', [
    'real data',
    'regular join',
    'changelog',
    'complete mode',
  ]),
  example('most-delayed', mostDelayed, 'Which airports are the most delayed ones so far?', [
    'real data',
    'Top-N',
    'changelog',
    'complete mode',
  ]),
  example('sessions', sessions, 'When does a swarm of earthquakes begin and end, if reports come out of order?', [
    'real data',
    'session window',
    'merging windows',
  ]),
  example('sliding', sliding, 'How late are flights now, told every hour over the last three?', [
    'real data',
    'sliding window',
  ]),
  example('window-all', windowAll, 'How many flights leave in the whole country, day by day?', [
    'real data',
    'non-keyed window',
  ]),
  example('window-join', windowJoin, 'Which flights leave an airport in the hour in which others set out for it?', [
    'real data',
    'window join',
    'coGroup',
  ]),
  example('cumulating', cumulating, 'How late are flights today, told every six hours until the day is over?', [
    'real data',
    'cumulating window',
  ]),
  example('count-window', countWindow, 'How late are every hundred flights of an airport?', [
    'real data',
    'count window',
  ]),
  example('global-window', globalWindow, 'When does the strength of earthquakes change by a whole magnitude?', [
    'real data',
    'global window',
    'delta trigger',
  ]),
  example('temporal-join', temporalJoin, 'Which strong earthquake came last before each other one?', [
    'real data',
    'temporal join',
  ]),
  example(
    'silent-airports',
    silentAirports,
    'Which airports see no departure for a whole day, and when does one know?',
    ['real data', 'process function', 'timers', 'list state'],
  ),
  example('in-order', inOrder, 'Which earthquakes were the strongest so far, if reports come out of order?', [
    'real data',
    'sort by event time',
    'process function',
    'late data',
  ]),
  example('first-after', firstAfter, 'Which flight is the first to leave once a closed airport is open again?', [
    'real data',
    'co-process function',
    'side output',
    'deduplicate',
    'timers',
  ]),
  example('arrivals', arrivals, 'Where do flights go that are delayed, diverted, or reported too late?', [
    'side outputs',
    'process function',
    'late data',
    'script',
  ]),
  example('ad-clicks', adClicks, 'Which clicks come soon enough after their ad to be paid for?', [
    'interval join',
    'event time',
    'exactly once',
  ]),
  example('alignment', alignment, 'What must a join keep if one of its sources runs ahead of the other?', [
    'watermark alignment',
    'interval join',
    'state size',
  ]),
  example('union', union, 'Which source holds back the watermark, and when does it stop?', [
    'watermarks',
    'idleness',
    'union',
  ]),
  example(
    'broadcast-rules',
    broadcastRules,
    'Which rule holds for a record when the rules change while the job runs?',
    ['real data', 'broadcast state', 'two inputs', 'timers'],
  ),
  example('backpressure', backpressure, 'What happens to a fast source in front of a slow sink?', [
    'backpressure',
    'credits',
    'bounded memory',
  ]),
  example('skew', skew, 'Why is one subtask busy while the others idle?', ['skew', 'key groups', 'parallelism']),
  example('exactly-once', exactlyOnce, 'Can a job fail three times and still write every row once?', [
    'exactly once',
    'two-phase commit',
    'failures',
  ]),
  example('at-least-once', atLeastOnce, 'What does a sink repeat after a failure, if nothing is to be lost?', [
    'at least once',
    'duplicates',
    'failures',
  ]),
  example('no-guarantee', noGuarantee, 'What is gone after a failure without checkpoints?', [
    'no guarantee',
    'loss',
    'failures',
  ]),
  example('unaligned', unaligned, 'How does a checkpoint complete while everything is backpressured?', [
    'unaligned checkpoints',
    'backpressure',
    'in-flight data',
  ]),
  example('postgres', postgres, 'Is a real database exactly once, too, when Workers die between prepare and commit?', [
    'Postgres',
    'two-phase commit',
    'failures',
  ]),
  example('scripted', scripted, 'Which watermark fires which window, and which record is late?', [
    'timeline',
    'watermarks',
    'late data',
  ]),
  example(
    'playground',
    playground,
    'Can you move the watermark so that nothing is too late, and nothing waits for long?',
    ['timeline', 'watermarks', 'allowed lateness', 'playground'],
  ),
];

/**
 * The account of the run on screen: opened when the ledger is first looked at, fed while it is looked at, kept until the
 * next run begins.
 */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ClusterView } from '../../../engine/telemetry/cluster-view.ts';
import type { Ledger } from '../../../engine/telemetry/ledger.ts';
import type { Expectation, OracleAccount } from '../../../hosts/oracle.ts';
import { usedResources } from '../../files/resources.ts';
import { siteBase } from '../../run/host.ts';
import { currentOracle } from '../../run/oracle.ts';
import { runStore } from '../../run/run-store.ts';
import { sessionStore } from '../../session/session-store.ts';
import { type Given, isComplete, newRows } from './account-rows.ts';
import { endingOf, momentsOf, type Ending } from './words.ts';

interface AccountState {
  readonly runNumber: number;
  /** Null while the failure-free run is computed. */
  readonly expectation: Expectation | null;
  readonly broken: string | null;
  readonly ledger: Ledger | null;
  readonly ending: Ending;
  /** All rows of the run are in the account. */
  readonly complete: boolean;
}

const none: AccountState = {
  runNumber: -1,
  expectation: null,
  broken: null,
  ledger: null,
  ending: 'running',
  complete: true,
};

const store = createStore<AccountState>(() => none);
export const useAccount = (): AccountState => useStore(store);

interface Open {
  readonly account: OracleAccount;
  readonly given: Given;
  /** A look is under way. */
  looking: boolean;
  seen: ClusterView | null;
}

let open: Open | null = null;
const intervalMs = 400;

/** Keeps the account up to date while the component is on screen. */
export function useFeeding(): void {
  useEffect(() => {
    feed();
    const timer = setInterval(feed, intervalMs);
    return () => clearInterval(timer);
  }, []);
}

function feed(): void {
  const { view, ranJob, runNumber } = runStore.getState();
  if (view === null || ranJob === null) return;
  if (runNumber !== store.getState().runNumber) begin(view, runNumber);
  const { expectation } = store.getState();
  if (open !== null && expectation !== null && expectation.outcome !== 'failed') void look(open, view, expectation);
}

function begin(view: ClusterView, runNumber: number): void {
  const { ranJob } = runStore.getState();
  if (ranJob === null) return;
  open?.account.dispose();
  const resources = usedResources(ranJob, sessionStore.getState().files, siteBase());
  const account = currentOracle().open({ plan: view.graph, resources });
  open = { account, given: new Map(), looking: false, seen: null };
  store.setState({ ...none, runNumber });
  const isCurrent = () => store.getState().runNumber === runNumber;
  account.expectation.then(
    (expectation) => {
      if (isCurrent()) store.setState({ expectation });
      feed();
    },
    (error: unknown) => {
      if (isCurrent()) store.setState({ broken: reasonOf(error) });
    },
  );
}

async function look(now: Open, view: ClusterView, expectation: Expectation): Promise<void> {
  if (now.looking || now.seen === view) return;
  now.looking = true;
  now.seen = view;
  const complete = store.getState().complete && isComplete(view.results);
  if (complete) for (const { sink, rows } of newRows(view.results, now.given)) now.account.commit(sink, rows);
  const ending = endingOf(view, expectation, runStore.getState().continued);
  try {
    const ledger = await now.account.ledger(momentsOf(view, complete ? ending : 'running'));
    if (open === now) store.setState({ ledger, ending, complete });
    now.looking = false;
  } catch (error) {
    // It stays broken: it is not asked again.
    if (open === now) store.setState({ broken: reasonOf(error) });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

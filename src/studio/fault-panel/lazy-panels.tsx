/** The fault panel, loaded when it is first looked at: a first visit breaks nothing. */
import { lazy, Suspense } from 'react';
import { isActive, useRun } from '../run/run-store.ts';
import type { Place } from './model.ts';

const LazyBreakIt = lazy(() => import('./break-it.tsx').then(({ BreakIt }) => ({ default: BreakIt })));
const LazyJobFaults = lazy(() => import('./job-faults.tsx').then(({ JobFaults }) => ({ default: JobFaults })));

export function BreakItPanel({ place }: { readonly place: Place }) {
  const active = useRun(isActive);
  if (!active) return null;
  return (
    <Suspense fallback={null}>
      <LazyBreakIt place={place} />
    </Suspense>
  );
}

export const JobFaultsPanel = () => (
  <Suspense fallback={null}>
    <LazyJobFaults />
  </Suspense>
);

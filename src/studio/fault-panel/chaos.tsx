/** The chaos switch: seed, interval and kinds of the faults that strike by chance while the job runs. */
import { faultTable, faultKinds } from '../../engine/faults/list.ts';
import { Section } from '../inspector/parts.tsx';
import { isActive, useRun } from '../run/run-store.ts';
import { Field } from '../ui/field.tsx';
import { DurationInput, NumberInput } from '../ui/inputs.tsx';
import { Toggle } from '../ui/toggle.tsx';
import { setChaos, startChaos, stopChaos, useChaos } from './chaos-store.ts';

export function Chaos() {
  const { on, seed, everyMs, kinds, injected } = useChaos((state) => state);
  const active = useRun(isActive);
  const strategy = useRun((state) => state.ranJob?.settings.restartStrategy);
  if (!active) return null;
  return (
    <Section title="Chaos">
      <Field
        label="Faults by chance"
        inline
        help="Faults strike by chance, one in each interval, until it is switched off."
      >
        {(control) => (
          <Toggle {...control} checked={on} onChecked={(checked) => (checked ? startChaos() : stopChaos())} />
        )}
      </Field>
      <Field label="One fault every">
        {(control) => (
          <DurationInput {...control} value={everyMs} onValue={(next) => setChaos({ everyMs: Math.max(100, next) })} />
        )}
      </Field>
      <Field label="Seed" help="The same seed gives the same faults for the same job.">
        {(control) => <NumberInput {...control} value={seed} onValue={(next) => setChaos({ seed: next })} />}
      </Field>
      <Field label="Kinds" group>
        {() => <Kinds chosen={kinds} />}
      </Field>
      {strategy !== undefined && strategy !== 'exponential-delay' && (
        <p className="note">
          {strategy === 'none'
            ? 'Without a restart strategy the first failure ends the job.'
            : 'The restart strategy of this run gives up after some failures; exponential delay never does.'}
        </p>
      )}
      <p className="note" role="status">
        {on || injected > 0 ? `${injected} ${injected === 1 ? 'fault' : 'faults'} injected by chance.` : ''}
      </p>
    </Section>
  );
}

function Kinds({ chosen }: { readonly chosen: readonly string[] }) {
  const set = (kind: string, on: boolean) => {
    const next = on ? [...chosen, kind] : chosen.filter((each) => each !== kind);
    setChaos({ kinds: [...faultTable.keys()].filter((each) => next.includes(each)) });
  };
  return (
    <div className="flex max-h-40 flex-col gap-1 overflow-y-auto">
      {faultKinds.map(({ kind, title }) => (
        <label key={kind} className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={chosen.includes(kind)}
            onChange={(event) => set(kind, event.target.checked)}
          />
          {title}
        </label>
      ))}
    </div>
  );
}

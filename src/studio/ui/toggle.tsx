/** A switch, and a choice among few as a row of buttons. */
import { Switch } from '@base-ui/react/switch';
import type { ReactNode } from 'react';
import { Hint } from './tooltip.tsx';

interface ToggleProps {
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly id?: string;
  readonly 'aria-describedby'?: string | undefined;
  readonly 'aria-label'?: string;
}

export function Toggle({ checked, onChecked, ...rest }: ToggleProps) {
  return (
    <Switch.Root checked={checked} onCheckedChange={(next) => onChecked(next)} className="switch" {...rest}>
      <Switch.Thumb className="switch-thumb" />
    </Switch.Root>
  );
}

interface SegmentsProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string; readonly icon?: ReactNode; readonly hint?: string }[];
  readonly onValue: (value: V) => void;
}

/** One of few, all in sight. */
export function Segments<V extends string>({ label, value, options, onValue }: SegmentsProps<V>) {
  return (
    <div role="radiogroup" aria-label={label} className="segments">
      {options.map((option) => {
        const button = (
          <button
            key={option.value}
            type="button"
            role="radio"
            aria-checked={option.value === value}
            aria-label={option.icon === undefined ? undefined : option.label}
            className="segment"
            onClick={() => onValue(option.value)}
          >
            {option.icon ?? option.label}
          </button>
        );
        return option.hint === undefined ? button : <Hint key={option.value} text={option.hint}>{button}</Hint>;
      })}
    </div>
  );
}

/** A switch, and a choice among few as a row of buttons. */
import type { ComponentProps, KeyboardEvent, ReactNode } from 'react';

type ToggleProps = Omit<ComponentProps<'input'>, 'onChange' | 'type' | 'role' | 'checked'> & {
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
};

export const Toggle = ({ checked, onChecked, ...rest }: ToggleProps) => (
  <input
    type="checkbox"
    role="switch"
    className="switch"
    checked={checked}
    onChange={(event) => onChecked(event.target.checked)}
    {...rest}
  />
);

interface SegmentsProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string; readonly icon?: ReactNode }[];
  readonly onValue: (value: V) => void;
}

/** One of few, all in sight. One stop of the Tab key; arrows choose. */
export function Segments<V extends string>({ label, value, options, onValue }: SegmentsProps<V>) {
  const at = options.findIndex((option) => option.value === value);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step === undefined ? undefined : options[(at + step + options.length) % options.length];
    if (next === undefined) return;
    event.preventDefault();
    onValue(next.value);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')[options.indexOf(next)]?.focus();
  };
  return (
    <div role="radiogroup" aria-label={label} className="segments" onKeyDown={onKeyDown}>
      {options.map((option, i) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          aria-label={option.icon === undefined ? undefined : option.label}
          tabIndex={option.value === value || (at < 0 && i === 0) ? 0 : -1}
          className="segment"
          onClick={() => onValue(option.value)}
        >
          {option.icon ?? option.label}
        </button>
      ))}
    </div>
  );
}

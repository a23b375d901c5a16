/**
 * Text-like controls. Each keeps what is typed until it can be read, so that half a number is neither lost nor applied;
 * leaving the field shows the value in force again.
 */
import { useState, type ComponentProps, type KeyboardEvent } from 'react';
import { classes } from './classes.ts';
import { durationText, parseDuration } from './duration.ts';

type TextInputProps = Omit<ComponentProps<'input'>, 'onChange' | 'value'> & {
  readonly value: string;
  readonly onText: (text: string) => void;
};

export function TextInput({ value, onText, className, ...rest }: TextInputProps) {
  return (
    <input
      type="text"
      className={classes('input', className)}
      value={value}
      onChange={(event) => onText(event.target.value)}
      {...rest}
    />
  );
}

interface ParsedInputProps<V> {
  readonly value: V;
  readonly print: (value: V) => string;
  /** null: cannot be read (yet). */
  readonly parse: (text: string) => V | null;
  readonly onValue: (value: V) => void;
  /** Arrow keys: the value above or below. */
  readonly step?: (value: V, by: 1 | -1) => V;
}

/** A text field over a value: what is typed is applied as soon as it can be read. */
function ParsedInput<V>({
  value,
  print,
  parse,
  onValue,
  step,
  className,
  ...rest
}: ParsedInputProps<V> & Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'step'>) {
  const [draft, setDraft] = useState<string | null>(null);
  const unread = draft !== null && parse(draft) === null;
  const type = (text: string) => {
    setDraft(text);
    const read = parse(text);
    if (read !== null) onValue(read);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (step === undefined || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    setDraft(null);
    onValue(step(value, event.key === 'ArrowUp' ? 1 : -1));
  };
  return (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      {...rest}
      className={classes('input number', className)}
      aria-invalid={unread || rest['aria-invalid'] ? true : undefined}
      value={draft ?? print(value)}
      onChange={(event) => type(event.target.value)}
      onBlur={() => setDraft(null)}
      onKeyDown={onKeyDown}
    />
  );
}

interface NumberInputProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'min' | 'max' | 'step'> {
  readonly value: number;
  readonly onValue: (value: number) => void;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly unit?: string | undefined;
}

export function NumberInput({
  value,
  onValue,
  min = -Infinity,
  max = Infinity,
  step = 1,
  unit,
  ...rest
}: NumberInputProps) {
  const clamp = (next: number) => Math.min(max, Math.max(min, next));
  const input = (
    <ParsedInput
      {...rest}
      inputMode="decimal"
      value={value}
      print={String}
      parse={(text) => parseNumber(text, step === 1 && Number.isInteger(value))}
      onValue={onValue}
      step={(from, by) => clamp(Number((from + by * step).toFixed(10)))}
    />
  );
  if (unit === undefined) return input;
  return (
    <div className="with-unit">
      {input}
      <span className="unit">{unit}</span>
    </div>
  );
}

/** Out-of-range numbers are let through: the field's problem says what the range is. */
function parseNumber(text: string, whole: boolean): number | null {
  const trimmed = text.trim().replaceAll(/[_ ,](?=\d{3}\b)/g, '');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed)) return null;
  const number = Number(trimmed);
  return Number.isFinite(number) && (!whole || Number.isInteger(number)) ? number : null;
}

/** Milliseconds, shown and typed as `10 min`. */
export function DurationInput({
  value,
  onValue,
  ...rest
}: { readonly value: number; readonly onValue: (ms: number) => void } & Omit<
  ComponentProps<'input'>,
  'value' | 'onChange' | 'step'
>) {
  return (
    <ParsedInput
      placeholder="10 min"
      {...rest}
      value={value}
      print={durationText}
      parse={parseDuration}
      onValue={onValue}
    />
  );
}

interface SelectProps<V extends string> extends Omit<ComponentProps<'select'>, 'value' | 'onChange'> {
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string; readonly disabled?: boolean }[];
  readonly onValue: (value: V) => void;
  /** Shown while the value is none of the options. */
  readonly placeholder?: string;
}

/** The platform's own list: keyboard, touch and assistive technology work as people know them. */
export function Select<V extends string>({ value, options, onValue, placeholder, className, ...rest }: SelectProps<V>) {
  const known = options.some((option) => option.value === value);
  return (
    <select
      className={classes('input select', className)}
      value={value}
      onChange={(event) => onValue(event.target.value as V)}
      {...rest}
    >
      {!known && (
        <option value={value} disabled>
          {value === '' ? (placeholder ?? 'Choose…') : `${value} (not here)`}
        </option>
      )}
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

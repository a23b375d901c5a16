/** Buttons: with a word, or with an icon whose name is told to assistive technology and on hover. */
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';
import { Hint } from './tooltip.tsx';

type ButtonProps = ComponentProps<'button'> & {
  /** `primary`: the one thing to do here. `danger`: cannot be undone or ends something. */
  readonly tone?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly size?: 'small' | 'normal';
};

export function Button({ tone = 'plain', size = 'normal', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={classes('button', `button-${tone}`, `button-${size}`, className)} {...rest} />;
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'children'> & {
  /** Accessible name. */
  readonly label: string;
  readonly icon: ReactNode;
  /** What the hint says; the label if it is not given. */
  readonly hint?: string | undefined;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
};

/** Stays focusable while disabled, so that its hint can say why. */
export function IconButton({
  label,
  icon,
  hint,
  keys,
  pressed,
  disabled,
  className,
  onClick,
  side,
  ...rest
}: IconButtonProps) {
  return (
    <Hint text={hint ?? label} keys={keys} side={side ?? 'bottom'}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabled ? true : undefined}
        className={classes('icon-button', className)}
        onClick={disabled ? undefined : onClick}
        {...rest}
      >
        {icon}
      </button>
    </Hint>
  );
}

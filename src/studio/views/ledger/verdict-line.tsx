/** The sentence that judges, with a mark before it: never by colour alone. */
import { Check, CircleDashed, X } from 'lucide-react';
import type { Verdict } from './words.ts';

const icons = { good: Check, bad: X, neutral: CircleDashed } as const;

export function VerdictLine({ verdict, live = false }: { readonly verdict: Verdict; readonly live?: boolean }) {
  const Icon = icons[verdict.mark];
  return (
    <p className="lg-verdict" data-mark={verdict.mark} role={live ? 'status' : undefined}>
      <Icon size={16} aria-hidden />
      <span>{verdict.text}</span>
    </p>
  );
}

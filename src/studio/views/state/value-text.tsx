/** A held value by its columns, and what a window waits for: short, with the whole of it in the hint. */
import { Clock } from 'lucide-react';
import { valueParts } from './words.ts';
import type { Until } from './words.ts';

/** `flights 12  delay 3.5` */
export function ValueText({ json }: { readonly json: string }) {
  if (json === '') return <span className="text-faint">nothing</span>;
  return valueParts(json).map(({ name, text }, i) => (
    <span key={i} className="st-part">
      {name !== null && <span className="text-muted">{name}</span>}
      {name !== null && text !== '' && ' '}
      {text}
    </span>
  ));
}

/** A chevron as on the canvas says that it is the watermark which gets there. */
export function UntilText({ until: { kind, text, hint } }: { readonly until: Until }) {
  if (kind === 'other')
    return (
      <span className="st-two text-muted" title={hint}>
        {text}
      </span>
    );
  return (
    <span className="st-clip" data-hint={hint} data-hint-side="top">
      <span className="sr-only">{kind === 'watermark' ? 'watermark' : 'processing time'} </span>
      <span className={kind === 'watermark' ? 'wc-watermark number' : 'number'}>
        {kind === 'watermark' ? (
          <span aria-hidden>◂</span>
        ) : (
          <Clock size={11} className="mr-1 inline align-[-1px]" aria-hidden />
        )}
        {text}
      </span>
    </span>
  );
}

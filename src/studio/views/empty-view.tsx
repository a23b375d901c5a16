/** What a view says when it has nothing to show: what would make it show something, and a button that does it. */
import { Play } from 'lucide-react';
import { startRun } from '../run/commands.ts';
import { Button } from '../ui/button.tsx';

interface EmptyViewProps {
  readonly text: string;
  /** Offers to run the job. */
  readonly run?: boolean;
  /** Offers something else. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

export function EmptyView({ text, run = false, action }: EmptyViewProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-4 text-center">
      <p className="note max-w-96">{text}</p>
      {run && (
        <Button onClick={startRun}>
          <Play size={13} aria-hidden />
          Run the job
        </Button>
      )}
      {action !== undefined && <Button onClick={action.run}>{action.label}</Button>}
    </div>
  );
}

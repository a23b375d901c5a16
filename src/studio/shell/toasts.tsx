/** Short messages in passing, in a live region; each goes after a while unless the pointer or the focus is on it. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { dismissToast } from '../session/commands.ts';
import { useSession, type Toast } from '../session/session-store.ts';

const shownMs = 5000;

export function Toasts() {
  const toasts = useSession((state) => state.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), toast.tone === 'error' ? 2 * shownMs : shownMs);
    return () => clearTimeout(timer);
  }, [held, toast]);
  const { action } = toast;
  return (
    <div
      className={`toast toast-${toast.tone}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {action !== null && (
        <button
          type="button"
          className="link"
          onClick={() => {
            action.run();
            dismissToast(toast.id);
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => dismissToast(toast.id)}>
        <X size={13} aria-hidden />
      </button>
    </div>
  );
}

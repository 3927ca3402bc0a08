import { X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { describeError, isCancelled } from '#renderer/shell/describe-error.ts';
import './toast.css';

export interface ToastMessage {
  /** A sentence: what happened, what is safe, what to do. */
  message: string;
  undo?: () => void | Promise<void>;
  /** What can be done with what the message says: 'Show in folder'. */
  action?: { name: string; run: () => void | Promise<void> };
  tone?: 'plain' | 'warning' | 'error';
  /** True: it stays until it is closed, as an error does. */
  stays?: boolean;
}

export interface Toasts {
  show(toast: ToastMessage): void;
  /** Shows what was thrown as a sentence; a cancel is not told. */
  showError(thrown: unknown): void;
}

interface Shown extends ToastMessage {
  id: number;
}

const ToastContext = createContext<Toasts | null>(null);

/** Long enough to read and to undo; an error stays until it is closed. */
const UNDO_MS = 10_000;
const READ_MS = 6_000;

export function useToast(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('useToast outside of ToastProvider');
  return toasts;
}

const MOST = 3;

/** The oldest message goes for a new one, but none that must be read before others do. */
function makeRoom(list: Shown[], next: Shown): Shown[] {
  if (list.length < MOST) return [...list, next];
  const goes = list.find((toast) => !stays(toast)) ?? list[0];
  return [...list.filter((toast) => toast !== goes), next];
}

function stays(toast: ToastMessage): boolean {
  return toast.stays ?? toast.tone === 'error';
}

function durationOf(toast: ToastMessage): number {
  if (stays(toast)) return Number.POSITIVE_INFINITY;
  return toast.undo || toast.action ? UNDO_MS : READ_MS;
}

/** Shows messages; also every error that nothing else caught, so that none is swallowed. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);

  const show = useCallback((toast: ToastMessage) => {
    setShown((list) => [...list.filter((other) => other.message !== toast.message), { ...toast, id: (list.at(-1)?.id ?? 0) + 1 }].reduce(makeRoom, []));
  }, []);
  const showError = useCallback(
    (thrown: unknown) => {
      if (!isCancelled(thrown)) show({ message: describeError(thrown), tone: 'error' });
    },
    [show],
  );
  const toasts = useMemo(() => ({ show, showError }), [show, showError]);

  useEffect(() => {
    const onRejection = (event: PromiseRejectionEvent): void => showError(event.reason);
    const onError = (event: ErrorEvent): void => {
      // A browser's notice about layout work that waits for the next frame; nothing has failed.
      if (!event.message.startsWith('ResizeObserver loop')) showError(event.error ?? event.message);
    };
    window.addEventListener('unhandledrejection', onRejection);
    window.addEventListener('error', onError);
    return () => {
      window.removeEventListener('unhandledrejection', onRejection);
      window.removeEventListener('error', onError);
    };
  }, [showError]);

  return (
    <ToastContext.Provider value={toasts}>
      <Toast.Provider label="Messages" swipeDirection="down">
        {children}
        {shown.map((toast) => (
          <ToastItem key={toast.id} toast={toast} onClose={() => setShown((list) => list.filter((other) => other.id !== toast.id))} onError={showError} />
        ))}
        <Toast.Viewport className="toast-viewport" label="Messages ({hotkey})" />
      </Toast.Provider>
    </ToastContext.Provider>
  );
}

function ToastItem({ toast, onClose, onError }: { toast: Shown; onClose: () => void; onError: (thrown: unknown) => void }) {
  const action = toast.action ?? (toast.undo && { name: 'Undo', run: toast.undo });
  return (
    <Toast.Root className="toast" data-tone={toast.tone ?? 'plain'} duration={durationOf(toast)} onOpenChange={(open) => !open && onClose()}>
      <Toast.Description className="toast-message">{toast.message}</Toast.Description>
      {action && (
        <Toast.Action className="toast-action" altText={action.name} onClick={() => void (async () => action.run())().catch(onError)}>
          {action.name}
        </Toast.Action>
      )}
      <Toast.Close className="toast-close" aria-label="Close this message">
        <X size={14} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  );
}

import { useState } from 'react';
import { bringLocalBooks } from '#app/use-cases/bring-local-books.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DialogActions } from '#renderer/ui/Dialog.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

/** After signing in: the books written without an account. */
export function BringBooks({ count, onDone }: { count: number; onDone: () => void }) {
  const app = useApp();
  const { show } = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const bring = async (): Promise<void> => {
    setBusy(true);
    try {
      const { books } = await bringLocalBooks(app);
      show({ message: `${formatCount(books, 'book')} came along and will sync.` });
      onDone();
    } catch (thrown) {
      setError(describeError(thrown));
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        {count === 1 ? 'There is 1 book' : `There are ${formatCount(count, 'book')}`} on this computer that {count === 1 ? 'belongs' : 'belong'} to no account. Brought along,{' '}
        {count === 1 ? 'it syncs' : 'they sync'} with your other devices; left, {count === 1 ? 'it is' : 'they are'} here again when you sign out.
      </p>
      {error && (
        <p className="sentence-error" role="alert">
          {error}
        </p>
      )}
      <DialogActions>
        <Button onClick={onDone} disabled={busy}>
          Leave {count === 1 ? 'it' : 'them'} here
        </Button>
        <Button kind="primary" onClick={() => void bring()} disabled={busy}>
          Bring {count === 1 ? 'it' : 'them'} along
        </Button>
      </DialogActions>
    </>
  );
}

import { useRef, useState } from 'react';
import type { Session } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { BringBooks } from './BringBooks.tsx';
import { SignInForm } from './SignInForm.tsx';

interface SignInDialogProps {
  open: boolean;
  /** Of the link that was opened; null: none was. */
  invitation: string | null;
  onOpenChange(open: boolean): void;
}

/** Signs in or makes an account; then offers to bring the books of this computer along. */
export function SignInDialog({ open, invitation, onOpenChange }: SignInDialogProps) {
  const app = useApp();
  const books = useObservable(app.books$, []);
  const session = useObservable<Session | null>(app.session$, null);
  /** Books of the library without an account, counted before the account's own take its place; the form that signs in was drawn before that. */
  const localBooks = useRef(0);
  const [bringing, setBringing] = useState(0);

  const close = (next: boolean): void => {
    if (!next) setBringing(0);
    onOpenChange(next);
  };
  const onSignedIn = (): void => {
    if (localBooks.current > 0) setBringing(localBooks.current);
    else close(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={bringing > 0 ? 'Bring your books along?' : invitation === null ? 'Sign in' : 'You are invited'}
      description={bringing > 0 ? undefined : 'An account keeps your books on a server of your choice and in step on all your devices. Writing never needs one.'}
    >
      {bringing > 0 ? (
        <BringBooks count={bringing} onDone={() => close(false)} />
      ) : (
        <SignInForm key={invitation} before={session} invitation={invitation} onStart={() => (localBooks.current = session ? 0 : books.length)} onSignedIn={onSignedIn} />
      )}
    </Dialog>
  );
}

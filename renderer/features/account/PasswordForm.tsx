import { useState, type FormEvent } from 'react';
import { changePassword } from '#app/use-cases/change-password.ts';
import { RectoError } from '#schemas/errors.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { MIN_PASSWORD } from './place-trouble.ts';

interface Trouble {
  field: 'current' | 'next' | 'form';
  message: string;
}

function placeTrouble(thrown: unknown): Trouble {
  const path = (thrown instanceof RectoError && thrown.errors?.[0]?.path) || '';
  return { field: path.includes('current_password') ? 'current' : path.includes('new_password') ? 'next' : 'form', message: describeError(thrown) };
}

/** A new password, with the current one. */
export function PasswordForm({ email }: { email: string }) {
  const app = useApp();
  const { show } = useToast();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [signOutOthers, setSignOutOthers] = useState(true);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const change = async (): Promise<void> => {
    if (busy) return;
    if (next.length < MIN_PASSWORD) return setTrouble({ field: 'next', message: `A password has at least ${MIN_PASSWORD} characters: a short sentence is a good one.` });
    setBusy(true);
    try {
      await changePassword(app, { current, next, signOutOthers });
      setCurrent('');
      setNext('');
      setTrouble(null);
      show({ message: signOutOthers ? 'The new password is set. All other devices are signed out.' : 'The new password is set.' });
    } catch (thrown) {
      setTrouble(placeTrouble(thrown));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void change();
  };
  const errorOf = (field: Trouble['field']): string | null => (trouble?.field === field ? trouble.message : null);
  return (
    <section className="account-part" aria-labelledby="account-password">
      <h2 id="account-password">Password</h2>
      <form className="form account-form" onSubmit={submit} noValidate>
        {/* For the browser's own keeper of passwords. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <TextField label="Current password" type="password" autoComplete="current-password" value={current} error={errorOf('current')} onChange={(event) => setCurrent(event.target.value)} />
        <TextField label="New password" type="password" autoComplete="new-password" value={next} error={errorOf('next')} hint="A short sentence is easy to remember and hard to guess." onChange={(event) => setNext(event.target.value)} />
        <label className="account-check">
          <input type="checkbox" checked={signOutOthers} onChange={(event) => setSignOutOthers(event.target.checked)} />
          Sign out all other devices
        </label>
        {errorOf('form') && (
          <p className="sentence-error" role="alert">
            {errorOf('form')}
          </p>
        )}
        <div>
          <Button type="submit" disabled={busy || current === '' || next === ''}>
            Set new password
          </Button>
        </div>
      </form>
    </section>
  );
}

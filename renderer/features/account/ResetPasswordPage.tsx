import { useEffect, useState, type FormEvent } from 'react';
import { resetPassword } from '#app/use-cases/reset-password.ts';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { goTo } from '#renderer/shell/router.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { TextField } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { MIN_PASSWORD } from './place-trouble.ts';
import './account.css';

/** Where the link of a forgotten password leads: a new one, and in. */
export function ResetPasswordPage({ token }: { token: string }) {
  const app = useApp();
  const { show } = useToast();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'A new password';
  }, []);
  const set = async (): Promise<void> => {
    if (busy) return;
    if (password.length < MIN_PASSWORD) return setError(`A password has at least ${MIN_PASSWORD} characters: a short sentence is a good one.`);
    setBusy(true);
    try {
      const { email } = await resetPassword(app, { token, password });
      // The link is used up: nothing leads back to it.
      goTo({ name: 'library' }, { replace: true });
      show({ message: `The new password is set, and you are signed in as ${email}. All other devices are signed out.` });
    } catch (thrown) {
      setError(describeError(thrown));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void set();
  };
  return (
    <div className="page account">
      <main className="account-page" aria-label="Forgotten password">
        <h1>A new password</h1>
        <p className="account-quiet">Set it, and you are signed in here. All other devices are signed out; what is written on them stays on them.</p>
        <form className="form account-form" onSubmit={submit} noValidate>
          <TextField label="New password" type="password" autoComplete="new-password" value={password} error={error} hint="A short sentence is easy to remember and hard to guess." onChange={(event) => setPassword(event.target.value)} />
          <div>
            <Button kind="primary" type="submit" disabled={busy || password === ''}>
              Set new password
            </Button>
          </div>
        </form>
      </main>
      <StatusBar />
    </div>
  );
}

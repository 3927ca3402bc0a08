import { useState, type FormEvent } from 'react';
import type { Session } from '#app/recto-app.ts';
import { signIn } from '#app/use-cases/sign-in.ts';
import { signUp } from '#app/use-cases/sign-up.ts';
import { RectoError } from '#schemas/errors.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DialogActions } from '#renderer/ui/Dialog.tsx';
import { TextField } from '#renderer/ui/Field.tsx';

type FieldName = 'server' | 'email' | 'password' | 'form';

interface Trouble {
  field: FieldName;
  message: string;
}

interface SignInFormProps {
  /** Whose session has ended: they sign in to it again. */
  before: Session | null;
  /** Called when a sign-in begins. */
  onStart(): void;
  onSignedIn(): void;
}

/** Which field a server's answer is about. */
function placeTrouble(thrown: unknown): Trouble {
  const message = describeError(thrown);
  if (!(thrown instanceof RectoError)) return { field: 'form', message };
  if (thrown.code === 'network' || thrown.code === 'protocol' || thrown.code === 'malformed') return { field: 'server', message };
  if (thrown.code === 'already_exists') return { field: 'email', message };
  const path = thrown.errors?.[0]?.path ?? '';
  if (path.includes('email')) return { field: 'email', message };
  if (path.includes('password') || thrown.code === 'wrong_credentials') return { field: 'password', message };
  return { field: 'form', message };
}

function findTrouble(values: { server: string; email: string; password: string }): Trouble | null {
  if (values.server === '') return { field: 'server', message: 'Give the server’s address, such as https://recto.example.org.' };
  if (!/^\S+@\S+$/.test(values.email)) return { field: 'email', message: 'Give the email address of your account.' };
  if (values.password === '') return { field: 'password', message: 'Give the password.' };
  return null;
}

export function SignInForm({ before, onStart, onSignedIn }: SignInFormProps) {
  const app = useApp();
  const [server, setServer] = useState(before?.server ?? app.platform.homeServer ?? '');
  const [email, setEmail] = useState(before?.email ?? '');
  const [password, setPassword] = useState('');
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);

  const enter = async (how: typeof signIn | typeof signUp): Promise<void> => {
    const values = { server: server.trim(), email: email.trim(), password };
    const found = findTrouble(values);
    setTrouble(found);
    if (found || busy) return;
    setBusy(true);
    onStart();
    try {
      await how(app, values);
      onSignedIn();
    } catch (thrown) {
      setTrouble(placeTrouble(thrown));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void enter(signIn);
  };
  const errorOf = (field: FieldName): string | null => (trouble?.field === field ? trouble.message : null);

  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField label="Server" type="url" value={server} error={errorOf('server')} onChange={(event) => setServer(event.target.value)} autoComplete="url" />
      <TextField label="Email" type="email" value={email} error={errorOf('email')} onChange={(event) => setEmail(event.target.value)} autoComplete="username" />
      <TextField label="Password" type="password" value={password} error={errorOf('password')} onChange={(event) => setPassword(event.target.value)} autoComplete="current-password" />
      {!app.platform.studio.persistent && <p className="field-hint">Nothing on this computer keeps a session safe, so you stay signed in only until Recto closes.</p>}
      {errorOf('form') && (
        <p className="sentence-error" role="alert">
          {errorOf('form')}
        </p>
      )}
      <DialogActions>
        <Button onClick={() => void enter(signUp)} disabled={busy}>
          Create account
        </Button>
        <Button kind="primary" type="submit" disabled={busy}>
          Sign in
        </Button>
      </DialogActions>
    </form>
  );
}

import { useState, type FormEvent } from 'react';
import type { Session } from '#app/recto-app.ts';
import { requestPasswordReset } from '#app/use-cases/request-password-reset.ts';
import { signIn } from '#app/use-cases/sign-in.ts';
import { signUp } from '#app/use-cases/sign-up.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DialogActions } from '#renderer/ui/Dialog.tsx';
import { TextField } from '#renderer/ui/Field.tsx';
import { findTrouble, placeTrouble, type SignInField, type Trouble } from './place-trouble.ts';
import { readInvitation } from './read-invitation.ts';
import './account.css';

interface SignInFormProps {
  /** Whose session has ended: they sign in to it again. */
  before: Session | null;
  /** Of the link that was opened; null: none was. */
  invitation: string | null;
  /** Called when a sign-in begins. */
  onStart(): void;
  onSignedIn(): void;
}

export function SignInForm({ before, invitation: opened, onStart, onSignedIn }: SignInFormProps) {
  const app = useApp();
  const [server, setServer] = useState(before?.server ?? app.platform.homeServer ?? '');
  const [email, setEmail] = useState((opened === null && before?.email) || '');
  const [password, setPassword] = useState('');
  /** Null: nobody spoke of one yet. */
  const [pasted, setPasted] = useState(opened);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const isInvited = opened !== null;

  const run = async (how: 'sign in' | 'sign up' | 'reset'): Promise<void> => {
    const invitation = pasted === null || pasted.trim() === '' ? null : readInvitation(pasted);
    const values = { server: invitation?.server ?? server.trim(), email: email.trim(), password };
    const found = findTrouble(values, how);
    setTrouble(found);
    setDone(null);
    if (found || busy) return;
    setBusy(true);
    try {
      if (how === 'reset') {
        await requestPasswordReset(app, values);
        setDone(`If there is an account of ${values.email}, a link that sets a new password is on its way there. It works once, within an hour.`);
        return;
      }
      onStart();
      await (how === 'sign in' ? signIn(app, values) : signUp(app, { ...values, ...(invitation && { invitation: invitation.token }) }));
      onSignedIn();
    } catch (thrown) {
      const placed = placeTrouble(thrown);
      if (placed.field === 'invitation') setPasted((text) => text ?? '');
      setTrouble(placed);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run(isInvited ? 'sign up' : 'sign in');
  };
  const errorOf = (field: SignInField): string | null => (trouble?.field === field ? trouble.message : null);

  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField label="Server" type="url" value={server} error={errorOf('server')} onChange={(event) => setServer(event.target.value)} autoComplete="url" />
      {pasted !== null && (
        <TextField
          label="Invitation"
          value={pasted}
          error={errorOf('invitation')}
          hint="The link that whoever runs the server sent you. It makes one account."
          onChange={(event) => setPasted(event.target.value)}
        />
      )}
      <TextField label="Email" type="email" value={email} error={errorOf('email')} onChange={(event) => setEmail(event.target.value)} autoComplete="username" />
      <TextField
        label="Password"
        type="password"
        value={password}
        error={errorOf('password')}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete={isInvited ? 'new-password' : 'current-password'}
      />
      {!app.platform.studio.persistent && <p className="field-hint">Nothing on this computer keeps a session safe, so you stay signed in only until Recto closes.</p>}
      {errorOf('form') && (
        <p className="sentence-error" role="alert">
          {errorOf('form')}
        </p>
      )}
      {done && <output className="field-hint">{done}</output>}
      <DialogActions>
        {!isInvited && (
          <Button kind="quiet" className="form-aside" onClick={() => void run('reset')} disabled={busy}>
            Forgot password?
          </Button>
        )}
        {isInvited ? (
          <Button onClick={() => void run('sign in')} disabled={busy}>
            Sign in
          </Button>
        ) : (
          <Button onClick={() => void run('sign up')} disabled={busy}>
            Create account
          </Button>
        )}
        <Button kind="primary" type="submit" disabled={busy}>
          {isInvited ? 'Create account' : 'Sign in'}
        </Button>
      </DialogActions>
    </form>
  );
}

import { ArrowLeft } from 'lucide-react';
import { useEffect } from 'react';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { useOpenPanel } from '#renderer/shell/panels.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { DeleteAccount } from './DeleteAccount.tsx';
import { DeviceList } from './DeviceList.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { useAccount } from './use-account.ts';
import './account.css';

/** The account of whoever is signed in: its devices, its password, its end. */
export function AccountPage() {
  const { session } = useAccount();
  const openPanel = useOpenPanel();
  useEffect(() => {
    document.title = 'Account';
  }, []);
  return (
    <div className="page account">
      <main className="account-page" aria-label="Account">
        <a className="to-library" href="#/library">
          <ArrowLeft size={14} aria-hidden />
          Library
        </a>
        <h1>Account</h1>
        {session ? (
          <>
            <p className="account-quiet">
              {session.email} on {new URL(session.server).host}
            </p>
            <DeviceList key={session.userId} />
            <PasswordForm email={session.email} />
            <DeleteAccount server={session.server} />
          </>
        ) : (
          <>
            <p className="account-quiet">You are signed in nowhere. Writing never needs an account.</p>
            <Button onClick={() => openPanel('sign-in')}>Sign in…</Button>
          </>
        )}
      </main>
      <StatusBar />
    </div>
  );
}

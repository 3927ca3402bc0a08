import { useApp } from '#renderer/shell/app-context.ts';
import { useOpenPanel } from '#renderer/shell/panels.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Menu } from '#renderer/ui/Menu.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { useAccount } from './use-account.ts';

/** Who is signed in; or the way to. */
export function AccountStatus() {
  const app = useApp();
  const { session, signOut } = useAccount();
  const { showError } = useToast();
  const openPanel = useOpenPanel();
  const sync = useObservable(app.syncStatus$, { state: 'signed-out', pending: 0, setAside: [] });
  if (!session || sync.state === 'signed-out') {
    return (
      <button type="button" className="status-button" onClick={() => openPanel('sign-in')}>
        {sync.message ?? 'Sign in'}
      </button>
    );
  }
  return (
    <>
      {sync.message && <span className="status-note">{sync.message}</span>}
      <Menu
        side="top"
        heading={`Signed in on ${new URL(session.server).host}`}
        trigger={
          <button type="button" className="status-button" data-tone="quiet" aria-label={`Account ${session.email}`}>
            {session.email}
          </button>
        }
        groups={[[{ name: 'Devices and password', run: () => goTo({ name: 'account' }) }, { name: 'Sign out', run: () => void signOut().catch(showError) }]]}
      />
    </>
  );
}

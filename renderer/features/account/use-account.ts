import type { Session } from '#app/recto-app.ts';
import { signOut } from '#app/use-cases/sign-out.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useOpenPanel } from '#renderer/shell/panels.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useToast } from '#renderer/ui/toast.tsx';

export interface Account {
  session: Session | null;
  signOut(): Promise<void>;
}

/** Who is signed in, and how to leave. */
export function useAccount(): Account {
  const app = useApp();
  const { show } = useToast();
  const session = useObservable(app.session$, null);
  return {
    session,
    async signOut() {
      const { message } = await signOut(app);
      // The page may show a book of the account that was left.
      goTo({ name: 'library' });
      show({ message: `Signed out. ${message ?? 'The account’s books come back when you sign in again.'}` });
    },
  };
}

export function useAccountCommands(): void {
  const { session, signOut } = useAccount();
  const openPanel = useOpenPanel();
  useCommands([
    { id: 'account.sign-in', name: 'Sign in', group: 'Account', key: 'Mod+Alt+S', keywords: ['sync', 'register', 'create account'], disabled: session !== null, run: () => openPanel('sign-in') },
    { id: 'account.open', name: 'Account: devices and password', group: 'Account', key: 'Mod+Alt+A', keywords: ['sign out', 'session', 'delete account'], disabled: session === null, run: () => goTo({ name: 'account' }) },
    { id: 'account.sign-out', name: 'Sign out', group: 'Account', key: 'Mod+Alt+S', disabled: session === null, run: signOut },
  ]);
}

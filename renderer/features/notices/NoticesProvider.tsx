import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { merge, NEVER } from 'rxjs';
import type { Notice } from '#schemas/ipc.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { useToast } from '#renderer/ui/toast.tsx';

export interface ToldNotice {
  notice: Notice;
  at: Date;
}

const NoticesContext = createContext<readonly ToldNotice[]>([]);

/** What Recto did by itself since it was opened, the newest first: shown once as a message, and kept to be read again. */
export function useNotices(): readonly ToldNotice[] {
  return useContext(NoticesContext);
}

export function NoticesProvider({ children }: { children: ReactNode }) {
  const app = useApp();
  const { desktop } = usePlatform();
  const { show } = useToast();
  const [told, setTold] = useState<readonly ToldNotice[]>([]);
  useEffect(() => {
    const subscription = merge(desktop?.notices$ ?? NEVER, app.notices$).subscribe((notice) => {
      // Both tell the earlier ones again to whoever listens again.
      setTold((list) => (list.some((other) => other.notice === notice) ? list : [{ notice, at: new Date() }, ...list]));
      show({ message: notice.message, ...(notice.kind === 'warning' && { tone: 'warning', stays: true }) });
    });
    return () => subscription.unsubscribe();
  }, [app, desktop, show]);
  return <NoticesContext.Provider value={told}>{children}</NoticesContext.Provider>;
}

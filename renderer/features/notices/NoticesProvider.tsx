import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { merge, NEVER } from 'rxjs';
import type { Notice } from '#schemas/ipc.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { useToast } from '#renderer/ui/toast.tsx';

export interface ToldNotice extends Notice {
  id: number;
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
    setTold([]);
    const subscription = merge(desktop?.notices$ ?? NEVER, app.notices$).subscribe((notice) => {
      setTold((list) => [{ ...notice, id: list.length, at: new Date() }, ...list]);
      show({ message: notice.message, ...(notice.kind === 'warning' && { tone: 'warning', stays: true }) });
    });
    return () => subscription.unsubscribe();
  }, [app, desktop, show]);
  return <NoticesContext.Provider value={told}>{children}</NoticesContext.Provider>;
}

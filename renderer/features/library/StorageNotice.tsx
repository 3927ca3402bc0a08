import { useEffect, useState } from 'react';
import type { Session } from '#app/recto-app.ts';
import { useCommandRegistry } from '#renderer/features/palette/commands.ts';
import type { StorageKeeping } from '#renderer/platform/renderer-platform.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';

/** Asks for the words to be kept, and says plainly what holds them. */
export function useStorageKeeping(): StorageKeeping | null {
  const platform = usePlatform();
  const [keeping, setKeeping] = useState<StorageKeeping | null>(null);
  useEffect(() => {
    let shown = true;
    void platform.keepStorage().then((answer) => shown && setKeeping(answer));
    return () => {
      shown = false;
    };
  }, [platform]);
  return keeping;
}

/** Where the words are, at the foot of the shelf; with a way to a copy where there is none elsewhere. */
export function StorageNotice() {
  const keeping = useStorageKeeping();
  const session = useObservable<Session | null>(useApp().session$, null);
  const registry = useCommandRegistry();
  if (!keeping) return null;
  const isAtRisk = keeping.mayBeCleared && !session;
  return (
    <div className="storage-notice" data-risk={isAtRisk}>
      <p>{keeping.sentence}</p>
      {isAtRisk && <Button onClick={() => void registry.run('export.everything')}>Export everything…</Button>}
    </div>
  );
}

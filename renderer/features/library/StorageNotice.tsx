import { useEffect, useState } from 'react';
import { usePlatform } from '#renderer/shell/app-context.ts';

/** Asks for the words to be kept, and says plainly what holds them. */
export function useStorageKeeping(): string | null {
  const platform = usePlatform();
  const [keeping, setKeeping] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    void platform.keepStorage().then((answer) => shown && setKeeping(answer));
    return () => {
      shown = false;
    };
  }, [platform]);
  return keeping;
}

/** Where the words are, at the foot of the shelf. */
export function StorageNotice() {
  const keeping = useStorageKeeping();
  return keeping && <p className="storage-notice">{keeping}</p>;
}

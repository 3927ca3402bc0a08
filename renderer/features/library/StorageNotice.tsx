import { useEffect, useState } from 'react';
import { usePlatform } from '#renderer/shell/app-context.ts';
import type { RendererPlatform, StorageKeeping } from '#renderer/platform/renderer-platform.ts';

/** Asks for the words to be kept, and says plainly what holds them. */
export function useStorageKeeping(platform: RendererPlatform): StorageKeeping | null {
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

export function describeKeeping({ holder, persistent }: StorageKeeping): string {
  if (persistent) return `Your words are kept by ${holder}, until you delete them.`;
  return `Your words are kept by ${holder}. It may clear them when the disk fills up: sign in to sync, or compile now and then, to have a copy.`;
}

/** Where the words are, at the foot of the shelf. */
export function StorageNotice() {
  const keeping = useStorageKeeping(usePlatform());
  return keeping && <p className="storage-notice">{describeKeeping(keeping)}</p>;
}

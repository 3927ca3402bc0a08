import { useEffect, useState } from 'react';
import type { RectoApp } from '#app/recto-app.ts';

type KeyStatus = Awaited<ReturnType<RectoApp['platform']['providerKeys']['status']>>;

/**
 * What is said under the field of a provider's key.
 * @param baseUrl the address in the form
 * @param round changes when a key was kept: then the status is asked for again
 */
export function useKeyHint({ platform: { providerKeys } }: RectoApp, baseUrl: string, round: number): string {
  const [status, setStatus] = useState<KeyStatus | null>(null);
  useEffect(() => {
    let shown = true;
    // Without an answer there is no hint; keeping a key says what is wrong.
    providerKeys.status().then((answer) => shown && setStatus(answer), () => undefined);
    return () => {
      shown = false;
    };
  }, [providerKeys, round]);
  return status ? describeKey(status, baseUrl) : '';
}

export function describeKey({ persistent, keyFor }: KeyStatus, baseUrl: string): string {
  const kept = persistent ? 'Kept on this computer, in no book and on no server.' : 'Kept until Recto closes: nothing on this computer keeps it safe for longer.';
  if (keyFor === null) return kept;
  const origin = URL.canParse(baseUrl) ? new URL(baseUrl).origin : null;
  return origin === keyFor ? `${kept} Leave it empty to keep the one there is.` : `${kept} The key that is kept is for ${keyFor} and goes nowhere else.`;
}

import { useEffect } from 'react';
import type { RectoApp, Settings } from '#app/recto-app.ts';
import { applyTheme, watchSystemTheme } from '#renderer/theme/theme.ts';
import { useObservable } from './use-observable.ts';

/** Keeps the page on the paper that the settings say. */
export function useTheme(app: RectoApp): void {
  const settings = useObservable<Settings | null>(app.settings$, null);
  const theme = settings?.theme;
  useEffect(() => {
    if (!theme) return undefined;
    applyTheme(theme);
    return watchSystemTheme(() => applyTheme(theme));
  }, [theme]);
}

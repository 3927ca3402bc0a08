import { createContext, useContext } from 'react';
import type { RectoApp } from '#app/recto-app.ts';
import type { RendererPlatform } from '#renderer/platform/renderer-platform.ts';

const AppContext = createContext<RectoApp | null>(null);
const PlatformContext = createContext<RendererPlatform | null>(null);

export const AppProvider = AppContext.Provider;
export const PlatformProvider = PlatformContext.Provider;

/** The open app. */
export function useApp(): RectoApp {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp outside of AppProvider');
  return app;
}

/** What this window's home gives the screens: files, folders, links. */
export function usePlatform(): RendererPlatform {
  const platform = useContext(PlatformContext);
  if (!platform) throw new Error('usePlatform outside of PlatformProvider');
  return platform;
}

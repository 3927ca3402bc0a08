import { createContext, useContext } from 'react';

/** Panels that open over any page. */
export type Panel = 'new-book' | 'settings' | 'spelling' | 'sign-in';

const PanelsContext = createContext<((panel: Panel) => void) | null>(null);
export const PanelsProvider = PanelsContext.Provider;

/** Opens a panel over the page. */
export function useOpenPanel(): (panel: Panel) => void {
  const open = useContext(PanelsContext);
  if (!open) throw new Error('useOpenPanel outside of PanelsProvider');
  return open;
}

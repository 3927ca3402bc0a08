import type { RectoApp, SaveStatus } from '#app/recto-app.ts';

/**
 * Saves what is typed when the window loses the eye, is hidden or goes; and while something could not be saved, asks
 * before it goes.
 * @param asks false where the program around the window asks by itself
 */
export function keepWordsSafe(app: RectoApp, { asks }: { asks: boolean }): void {
  let status: SaveStatus = { state: 'saved' };
  app.saveStatus$.subscribe((next) => {
    status = next;
  });
  const flush = (): void => void app.flush();
  window.addEventListener('blur', flush);
  window.addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') flush();
  });
  window.addEventListener('beforeunload', (event) => {
    flush();
    if (asks && status.state === 'not-saved') event.preventDefault();
  });
}

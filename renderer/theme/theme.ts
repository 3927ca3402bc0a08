import type { Settings } from '#app/recto-app.ts';

export type ThemeChoice = Settings['theme'];
type Paper = Exclude<ThemeChoice, 'system'>;

/** Kept beside the settings, so that the first paint has the right paper before the library is open. */
const HINT = 'recto:theme';

function isThemeChoice(value: string | null): value is ThemeChoice {
  return value === 'system' || value === 'day' || value === 'sepia' || value === 'night';
}

/** The paper a choice gives now: 'system' follows the computer's light or dark. */
function resolvePaper(choice: ThemeChoice): Paper {
  if (choice !== 'system') return choice;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'day';
}

/** Puts a theme on the page. */
export function applyTheme(choice: ThemeChoice): void {
  document.documentElement.dataset['theme'] = resolvePaper(choice);
  localStorage.setItem(HINT, choice);
}

/** The theme of the last time, until the settings are read. */
export function applyRememberedTheme(): void {
  const hint = localStorage.getItem(HINT);
  applyTheme(isThemeChoice(hint) ? hint : 'system');
}

/** Calls back when the computer turns light or dark. @returns how to stop */
export function watchSystemTheme(listener: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

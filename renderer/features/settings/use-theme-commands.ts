import type { Settings } from '#app/recto-app.ts';
import { updateSettings } from '#app/use-cases/update-settings.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useApp } from '#renderer/shell/app-context.ts';

export const THEMES: readonly { value: Settings['theme']; label: string }[] = [
  { value: 'system', label: 'As the computer' },
  { value: 'day', label: 'Day' },
  { value: 'sepia', label: 'Sepia' },
  { value: 'night', label: 'Night' },
];

export function useThemeCommands(): void {
  const app = useApp();
  const settings = useObservable<Settings | null>(app.settings$, null);
  const at = THEMES.findIndex(({ value }) => value === settings?.theme);
  const next = THEMES[(at + 1) % THEMES.length];
  useCommands([
    { id: 'theme.next', name: 'Next paper', group: 'Recto', key: 'Mod+Alt+P', keywords: ['theme', 'dark', 'light'], run: () => (next ? updateSettings(app, { theme: next.value }) : undefined) },
  ]);
  useCommands(
    THEMES.map(({ value, label }) => ({
      id: `theme.${value}`,
      name: `Paper: ${label.toLowerCase()}`,
      group: 'Recto',
      keywords: ['theme', 'colour', 'color', 'dark', 'light'],
      run: () => updateSettings(app, { theme: value }),
    })),
  );
}

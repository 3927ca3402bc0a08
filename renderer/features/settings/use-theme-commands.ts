import type { Settings } from '#app/recto-app.ts';
import { updateSettings } from '#app/use-cases/update-settings.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp } from '#renderer/shell/app-context.ts';

export const THEMES: readonly { value: Settings['theme']; label: string }[] = [
  { value: 'system', label: 'As the computer' },
  { value: 'day', label: 'Day' },
  { value: 'sepia', label: 'Sepia' },
  { value: 'night', label: 'Night' },
];

export function useThemeCommands(): void {
  const app = useApp();
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

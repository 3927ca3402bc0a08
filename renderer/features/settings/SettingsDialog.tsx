import type { Session, Settings } from '#app/recto-app.ts';
import { updateSettings } from '#app/use-cases/update-settings.ts';
import { useStorageKeeping } from '#renderer/features/library/StorageNotice.tsx';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useCommandRegistry } from '#renderer/features/palette/commands.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { CloudProviderSettings } from './CloudProviderSettings.tsx';
import { BackupSettings, VersionSettings, WhatHappened } from './DesktopSettings.tsx';
import { ProviderSettings } from './ProviderSettings.tsx';
import { SpellingSettings } from './SpellingSettings.tsx';
import { THEMES } from './use-theme-commands.ts';
import './settings.css';

interface SettingsDialogProps {
  open: boolean;
  /** The part that is wanted; null: the whole, from its beginning. */
  part: 'spelling' | null;
  onOpenChange(open: boolean): void;
}

export function SettingsDialog({ open, part, onOpenChange }: SettingsDialogProps) {
  const app = useApp();
  const { desktop } = usePlatform();
  const settings = useObservable<Settings | null>(app.settings$, null);
  const session = useObservable<Session | null>(app.session$, null);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Settings" size="large">
      {settings && (
        <>
          <PaperSettings theme={settings.theme} />
          <ProviderSettings ai={settings.ai} />
          {session && !desktop && <CloudProviderSettings />}
          {desktop && <SpellingSettings desktop={desktop} isWanted={part === 'spelling'} />}
          <KeepingSettings onLeave={() => onOpenChange(false)} />
          {desktop && <BackupSettings desktop={desktop} onLeave={() => onOpenChange(false)} />}
          <WhatHappened />
          {desktop && <VersionSettings desktop={desktop} />}
        </>
      )}
    </Dialog>
  );
}

function PaperSettings({ theme }: { theme: Settings['theme'] }) {
  const app = useApp();
  const { showError } = useToast();
  return (
    <fieldset className="settings-group">
      <legend>Paper</legend>
      <div className="papers">
        {THEMES.map(({ value, label }) => (
          <label key={value} className="paper-choice">
            <input type="radio" name="paper" value={value} checked={theme === value} onChange={() => void updateSettings(app, { theme: value }).catch(showError)} />
            <span className="paper-sample" data-paper={value} aria-hidden>
              Aa
            </span>
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function KeepingSettings({ onLeave }: { onLeave(): void }) {
  const keeping = useStorageKeeping();
  const registry = useCommandRegistry();
  const exportAll = (): void => {
    onLeave();
    registry.run('export.everything');
  };
  return (
    <section className="settings-group">
      <h3>Where the words are</h3>
      <p>{keeping?.sentence}</p>
      <div className="settings-buttons">
        <Button onClick={exportAll}>Export everything…</Button>
      </div>
    </section>
  );
}

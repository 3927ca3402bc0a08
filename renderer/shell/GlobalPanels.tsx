import { useState, type ReactNode } from 'react';
import { BackupsProvider } from '#renderer/features/backups/BackupsProvider.tsx';
import { useAccountCommands } from '#renderer/features/account/use-account.ts';
import { SignInDialog } from '#renderer/features/account/SignInDialog.tsx';
import { DesktopBinding } from '#renderer/features/desktop/DesktopBinding.tsx';
import { ImportProvider } from '#renderer/features/import/ImportProvider.tsx';
import { BookRunReports } from '#renderer/features/jobs/BookRunReports.tsx';
import { EXPORT_EVERYTHING } from '#renderer/features/library/export-command.ts';
import { NewBookDialog } from '#renderer/features/library/NewBookDialog.tsx';
import { useExportLibrary } from '#renderer/features/library/use-export-library.tsx';
import { NoticesProvider } from '#renderer/features/notices/NoticesProvider.tsx';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { PrintProvider } from '#renderer/features/print/PrintProvider.tsx';
import { SettingsDialog } from '#renderer/features/settings/SettingsDialog.tsx';
import { useThemeCommands } from '#renderer/features/settings/use-theme-commands.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { usePlatform } from './app-context.ts';
import { PanelsProvider, type Panel } from './panels.ts';
import { goTo, usePlace } from './router.ts';

/** What can be done from anywhere, and the panels it opens. */
export function GlobalPanels({ children }: { children: ReactNode }) {
  const [panel, setPanel] = useState<Panel | null>(null);
  const { desktop } = usePlatform();
  const close = (): void => setPanel(null);
  const onOpenChange = (open: boolean): void => {
    if (!open) close();
  };
  return (
    <PanelsProvider value={setPanel}>
      <NoticesProvider>
        <PrintProvider>
          <ImportProvider>
            <GlobalCommands onOpen={setPanel} />
            {desktop ? <WithDesktop desktop={desktop}>{children}</WithDesktop> : <InBrowser>{children}</InBrowser>}
            <BookRunReports />
            <NewBookDialog open={panel === 'new-book'} onOpenChange={onOpenChange} />
            <SettingsDialog open={panel === 'settings' || panel === 'spelling'} part={panel === 'spelling' ? 'spelling' : null} onOpenChange={onOpenChange} />
            <SigningIn open={panel === 'sign-in'} onOpenChange={onOpenChange} />
          </ImportProvider>
        </PrintProvider>
      </NoticesProvider>
    </PanelsProvider>
  );
}

/** Also opened by the link of an invitation, which is forgotten when it is closed. */
function SigningIn({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const place = usePlace();
  const invitation = place.name === 'join' ? place.token : null;
  const change = (next: boolean): void => {
    if (!next && invitation !== null) goTo({ name: 'library' }, { replace: true });
    onOpenChange(next);
  };
  return <SignInDialog open={open || invitation !== null} invitation={invitation} onOpenChange={change} />;
}

function WithDesktop({ desktop, children }: { desktop: Desktop; children: ReactNode }) {
  return (
    <BackupsProvider desktop={desktop}>
      {children}
      <DesktopBinding desktop={desktop} />
    </BackupsProvider>
  );
}

function InBrowser({ children }: { children: ReactNode }) {
  const exporting = useExportLibrary();
  useCommands([{ ...EXPORT_EVERYTHING, run: exporting.start }]);
  return (
    <>
      {children}
      {exporting.card}
    </>
  );
}

function GlobalCommands({ onOpen }: { onOpen: (panel: Panel) => void }) {
  useCommands([
    { id: 'library.open', name: 'Go to the library', group: 'Library', key: 'Mod+Shift+L', run: () => goTo({ name: 'library' }) },
    { id: 'book.new', name: 'New book', group: 'Library', key: 'Alt+N', run: () => onOpen('new-book') },
    { id: 'processors.open', name: 'Processors: what runs, where, and what it took', group: 'Recto', key: 'Mod+Alt+O', keywords: ['jobs', 'cost', 'expansion', 'usage', 'failed'], run: () => goTo({ name: 'processors' }) },
    { id: 'trash.open', name: 'Trash: what was deleted', group: 'Library', key: 'Alt+Shift+T', keywords: ['restore', 'undelete', 'bring back'], run: () => goTo({ name: 'trash' }) },
    { id: 'settings.open', name: 'Settings', group: 'Recto', key: 'Mod+,', keywords: ['theme', 'model', 'provider'], run: () => onOpen('settings') },
  ]);
  useAccountCommands();
  useThemeCommands();
  return null;
}

import { Tooltip } from 'radix-ui';
import { useEffect, useState, type ReactNode } from 'react';
import type { RectoApp } from '#app/recto-app.ts';
import { AccountPage } from '#renderer/features/account/AccountPage.tsx';
import { ResetPasswordPage } from '#renderer/features/account/ResetPasswordPage.tsx';
import { BackupsPage } from '#renderer/features/backups/BackupsPage.tsx';
import { BookPage } from '#renderer/features/book/BookPage.tsx';
import { ConflictsPage } from '#renderer/features/conflicts/ConflictsPage.tsx';
import { HistoryPage } from '#renderer/features/history/HistoryPage.tsx';
import { LibraryPage } from '#renderer/features/library/LibraryPage.tsx';
import { CommandPalette } from '#renderer/features/palette/CommandPalette.tsx';
import { CommandRegistryProvider, createCommandRegistry } from '#renderer/features/palette/commands.ts';
import { ProcessorsPage } from '#renderer/features/processors/ProcessorsPage.tsx';
import { TrashPage } from '#renderer/features/trash/TrashPage.tsx';
import type { RendererPlatform } from '#renderer/platform/renderer-platform.ts';
import { ToastProvider, useToast } from '#renderer/ui/toast.tsx';
import { AppProvider, PlatformProvider, usePlatform } from './app-context.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { GlobalPanels } from './GlobalPanels.tsx';
import { usePlace, type Place } from './router.ts';
import { useTheme } from './use-theme.ts';
import './shell.css';

/** Everything that stands around the pages. */
export function Shell({ app, platform }: { app: RectoApp; platform: RendererPlatform }) {
  return (
    <AppProvider value={app}>
      <PlatformProvider value={platform}>
        <Tooltip.Provider delayDuration={500}>
          <ToastProvider>
            <ShellWithCommands app={app} />
          </ToastProvider>
        </Tooltip.Provider>
      </PlatformProvider>
    </AppProvider>
  );
}

function ShellWithCommands({ app }: { app: RectoApp }) {
  const { showError } = useToast();
  const [registry] = useState(() => createCommandRegistry(showError));
  useTheme(app);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // What is on top has the keys: a dialog's or a menu's are its own.
      const inOverlay = event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]');
      if (inOverlay || event.isComposing || !registry.handleKey(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the editor's own keys: a key in the registry means the same everywhere.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [registry]);

  return (
    <CommandRegistryProvider value={registry}>
      <GlobalPanels>
        <CurrentPage />
      </GlobalPanels>
      <CommandPalette />
    </CommandRegistryProvider>
  );
}

function CurrentPage() {
  const place = usePlace();
  return <ErrorBoundary key={place.name === 'book' ? place.bookId : place.name}>{pageOf(place, usePlatform().desktop !== null)}</ErrorBoundary>;
}

/** Where there is no desktop there are no backups: the address of one is the library's. */
function pageOf(place: Place, hasBackups: boolean): ReactNode {
  if (place.name === 'book') return <BookPage key={place.bookId} bookId={place.bookId} chapterId={place.chapterId} tab={place.tab} />;
  if (place.name === 'history') return <HistoryPage key={place.chapterId} bookId={place.bookId} chapterId={place.chapterId} versionId={place.versionId} />;
  if (place.name === 'conflicts') return <ConflictsPage conflictId={place.conflictId} />;
  if (place.name === 'trash') return <TrashPage />;
  if (place.name === 'processors') return <ProcessorsPage />;
  if (place.name === 'account') return <AccountPage />;
  if (place.name === 'reset') return <ResetPasswordPage token={place.token} />;
  return place.name === 'backups' && hasBackups ? <BackupsPage backupId={place.backupId} /> : <LibraryPage />;
}

import { useEffect, useRef } from 'react';
import type { IpcInput, OpenTarget } from '#schemas/ipc.ts';
import type { Settings } from '#app/recto-app.ts';
import { useBackups } from '#renderer/features/backups/BackupsProvider.tsx';
import { useImport } from '#renderer/features/import/ImportProvider.tsx';
import { EXPORT_EVERYTHING } from '#renderer/features/library/export-command.ts';
import { useCommandRegistry, useCommands } from '#renderer/features/palette/commands.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useOpenPanel } from '#renderer/shell/panels.ts';
import { goTo, usePlace } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { addRecent, keepRecent, listRecent, readRecent } from './recent-books.ts';
import { useExportEverything } from './use-export-everything.tsx';

/** Ties the screens to the program around them: menus, links, files opened with Recto. Draws what runs in the program. */
export function DesktopBinding({ desktop }: { desktop: Desktop }) {
  const { showError } = useToast();
  const openPanel = useOpenPanel();
  const exporting = useExportEverything(desktop);
  useCommands([
    { id: 'backups.open', name: 'Backups', group: 'Library', key: 'Alt+Shift+B', keywords: ['restore', 'history', 'safety'], run: () => goTo({ name: 'backups', backupId: null }) },
    { id: 'spelling.open', name: 'Spelling: languages and your words', group: 'Recto', key: 'F7', keywords: ['dictionary', 'language', 'check'], run: () => openPanel('spelling') },
    { ...EXPORT_EVERYTHING, run: exporting.start },
  ]);
  useMenuCommands(desktop);
  useMenuContext(desktop);
  useOpenTargets(desktop);

  // Last: what waited for the screens comes now.
  useEffect(() => {
    desktop.call('window.ready', {}).catch(showError);
  }, [desktop, showError]);
  return exporting.card;
}

function useMenuCommands(desktop: Desktop): void {
  const registry = useCommandRegistry();
  const { show } = useToast();
  useEffect(
    () =>
      desktop.on('command', ({ commandId }) => {
        if (!registry.run(commandId)) show({ message: 'Open a book first: that is done on its page.' });
      }),
    [desktop, registry, show],
  );
}

/** Tells the menus where the author is, which books were open last, and on which paper. */
function useMenuContext(desktop: Desktop): void {
  const app = useApp();
  const { showError } = useToast();
  const place = usePlace();
  const books = useObservable(app.books$, null);
  const settings = useObservable<Settings | null>(app.settings$, null);
  const bookId = place.name === 'book' ? place.bookId : null;

  const theme = settings?.theme;
  const told = useRef('');
  useEffect(() => {
    if (!books || !theme) return;
    const recent = bookId === null ? readRecent() : addRecent(readRecent(), bookId);
    keepRecent(recent);
    const context: IpcInput<'menu.set-context'> = { place: bookId === null ? 'library' : 'book', recentBooks: listRecent(recent, books), theme };
    // Books come anew with every word: only what differs is told.
    if (told.current === JSON.stringify(context)) return;
    told.current = JSON.stringify(context);
    desktop.call('menu.set-context', context).catch(showError);
  }, [desktop, bookId, books, theme, showError]);
}

/** Goes where a link, a menu or a file that was opened says. */
function useOpenTargets(desktop: Desktop): void {
  const { importAll } = useImport();
  const { addOpened } = useBackups();
  const { showError } = useToast();
  const open = (target: OpenTarget): void | Promise<void> => {
    switch (target.kind) {
      case 'library':
        return goTo({ name: 'library' });
      case 'book':
        // A book that is not here says so on its page.
        return goTo({ name: 'book', bookId: target.bookId, chapterId: target.chapterId ?? null, tab: 'write' });
      case 'import':
        return importAll(target.manuscripts);
      case 'backup':
        addOpened(target.backup);
        return goTo({ name: 'backups', backupId: target.backup.id });
    }
  };
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => desktop.on('open', (target) => void (async () => latest.current(target))().catch(showError)), [desktop, showError]);
}

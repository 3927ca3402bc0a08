import { useEffect, useRef, useState } from 'react';
import type { OpenTarget } from '#schemas/ipc.ts';
import { useBackups } from '#renderer/features/backups/BackupsProvider.tsx';
import { useImport } from '#renderer/features/import/ImportProvider.tsx';
import { useCommandRegistry, useCommands } from '#renderer/features/palette/commands.ts';
import type { Desktop } from '#renderer/platform/desktop.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { goTo, usePlace } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import { addRecent, keepRecent, listRecent, readRecent } from './recent-books.ts';
import { useExportEverything } from './use-export-everything.tsx';

/** Ties the screens to the program around them: menus, links, files opened with Recto. Draws what runs in the program. */
export function DesktopBinding({ desktop }: { desktop: Desktop }) {
  const { showError } = useToast();
  const exporting = useExportEverything(desktop);
  useCommands([
    { id: 'backups.open', name: 'Backups', group: 'Library', keywords: ['restore', 'history', 'safety'], run: () => goTo({ name: 'backups', backupId: null }) },
    { id: 'export.everything', name: 'Export everything', group: 'Library', keywords: ['markdown', 'folder', 'json', 'archive'], run: exporting.start },
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

/** Tells the menus where the author is, and which books were open last. */
function useMenuContext(desktop: Desktop): void {
  const app = useApp();
  const { showError } = useToast();
  const place = usePlace();
  const books = useObservable(app.books$, null);
  const [recent, setRecent] = useState(readRecent);
  const bookId = place.name === 'book' ? place.bookId : null;

  useEffect(() => {
    if (bookId !== null) setRecent((list) => addRecent(list, bookId));
  }, [bookId]);
  useEffect(() => keepRecent(recent), [recent]);

  const context = books && JSON.stringify({ place: bookId === null ? 'library' : 'book', recentBooks: listRecent(recent, books) });
  useEffect(() => {
    if (context) desktop.call('menu.set-context', JSON.parse(context)).catch(showError);
  }, [desktop, context, showError]);
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

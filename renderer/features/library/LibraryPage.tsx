import { BookPlus, FileText, FolderOpen, History, Plus, Settings, Trash2 } from 'lucide-react';
import { useEffect } from 'react';
import type { BookSummary } from '#app/recto-app.ts';
import { useImport } from '#renderer/features/import/ImportProvider.tsx';
import { formatKey } from '#renderer/features/palette/keys.ts';
import { StatusBar } from '#renderer/features/status/StatusBar.tsx';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { useOpenPanel } from '#renderer/shell/panels.ts';
import { goTo } from '#renderer/shell/router.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button, IconButton } from '#renderer/ui/Button.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { Shelf } from './Shelf.tsx';
import { StorageNotice } from './StorageNotice.tsx';
import './library.css';

/** All books, newest work first. */
export function LibraryPage() {
  const app = useApp();
  const books = useObservable<BookSummary[] | null>(app.books$, null);
  const { desktop } = usePlatform();
  const openPanel = useOpenPanel();
  useEffect(() => {
    document.title = 'Recto';
  }, []);
  return (
    <div className="page library">
      <div className="library-scroll">
        <header className="library-header">
          <h1 className="wordmark">Recto</h1>
          <div className="library-actions">
            <ImportMenu />
            <Button kind="primary" onClick={() => openPanel('new-book')}>
              <BookPlus size={16} aria-hidden />
              New book
            </Button>
            {desktop && (
              <IconButton label="Backups" keys={formatKey('Alt+Shift+B')} onClick={() => goTo({ name: 'backups', backupId: null })}>
                <History size={17} aria-hidden />
              </IconButton>
            )}
            <IconButton label="Trash" keys={formatKey('Alt+Shift+T')} onClick={() => goTo({ name: 'trash' })}>
              <Trash2 size={17} aria-hidden />
            </IconButton>
            <IconButton label="Settings" keys={formatKey('Mod+,')} onClick={() => openPanel('settings')}>
              <Settings size={17} aria-hidden />
            </IconButton>
          </div>
        </header>
        <main className="library-main" aria-label="Library">
          {books && (books.length > 0 ? <Shelf books={books} onNew={() => openPanel('new-book')} /> : <EmptyLibrary />)}
          {books && books.length > 0 && <StorageNotice />}
        </main>
      </div>
      <StatusBar />
    </div>
  );
}

function ImportMenu() {
  const { pickFolder, pickFiles } = useImport();
  return (
    <Menu
      trigger={<Button>Import</Button>}
      align="end"
      groups={[
        [
          { name: 'A folder with book.json, or a Scrivener project', icon: <FolderOpen size={15} />, run: () => void pickFolder() },
          { name: 'Word, EPUB, HTML, RTF, Markdown or text files', icon: <FileText size={15} />, run: () => void pickFiles() },
        ],
      ]}
    />
  );
}

function EmptyLibrary() {
  const { openSample } = useImport();
  return (
    <div className="library-empty">
      <p className="library-invitation">
        Start a new book, or import what you have: a folder of Markdown, a Scrivener project, a Word document, an EPUB. Dropping it here will do.
      </p>
      <Button onClick={() => void openSample()}>
        <Plus size={16} aria-hidden />
        Open the sample book
      </Button>
      <p className="library-sample">Frankenstein, by Mary Shelley, to look around in.</p>
    </div>
  );
}

import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { ChapterNumber } from '#renderer/features/editor/ChapterOpening.tsx';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { usePlatform } from '#renderer/shell/app-context.ts';
import { printBlocks } from './print-blocks.tsx';
import './print.css';

/** A chapter as it goes on paper. */
export interface PrintedChapter {
  number: number | null;
  title: string;
  /** Markdown: all of it, also what the editor has not drawn. */
  text: string;
  /** BCP 47: hyphens and quotes go by it. */
  language: string;
}

/** Reads what is open now; null: nothing to print yet. */
type ReadPage = () => PrintedChapter | null;

/** Takes a page that is open. @returns how to take it back */
type AddPage = (read: ReadPage) => () => void;

const PrintContext = createContext<AddPage | null>(null);

/** Sets the chapter that is open as a page of its own whenever the window is printed, by whatever way. */
export function PrintProvider({ children }: { children: ReactNode }) {
  const { desktop } = usePlatform();
  const pages = useRef<readonly ReadPage[]>([]);
  const [isOpen, setOpen] = useState(false);
  const [sheet, setSheet] = useState<PrintedChapter | null>(null);

  useEffect(() => {
    // The browser lays out the paper as soon as its listeners return.
    const before = (): void => flushSync(() => setSheet(pages.current.at(-1)?.() ?? null));
    const after = (): void => setSheet(null);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);

  const print = async (): Promise<void> => {
    if (!desktop) return window.print();
    // Set before it is asked for, too: what the program prints need not have told the page.
    flushSync(() => setSheet(pages.current.at(-1)?.() ?? null));
    try {
      await desktop.call('window.print', {});
    } finally {
      setSheet(null);
    }
  };
  useCommands([{ id: 'print', name: 'Print the chapter', group: 'Book', key: 'Mod+P', keywords: ['paper', 'pdf'], disabled: !isOpen, run: print }]);

  // The next page may come before the one before is gone.
  const addPage = useCallback<AddPage>((read) => {
    const keep = (next: readonly ReadPage[]): void => {
      pages.current = next;
      setOpen(next.length > 0);
    };
    keep([...pages.current, read]);
    return () => keep(pages.current.filter((other) => other !== read));
  }, []);
  return (
    <PrintContext.Provider value={addPage}>
      {children}
      {sheet && createPortal(<PrintSheet chapter={sheet} />, document.body)}
    </PrintContext.Provider>
  );
}

function PrintSheet({ chapter }: { chapter: PrintedChapter }) {
  return (
    <article className="print-sheet" lang={chapter.language}>
      <header>
        <ChapterNumber number={chapter.number} title={chapter.title} />
        <h1>{chapter.title}</h1>
      </header>
      {printBlocks(chapter.text)}
    </article>
  );
}

/** While the caller is on screen, its chapter is what is printed. */
export function usePrintedPage(read: ReadPage): void {
  const addPage = useContext(PrintContext);
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => addPage?.(() => latest.current()), [addPage]);
}

import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
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

const PrintContext = createContext<{ page: RefObject<ReadPage | null>; setOpen(open: boolean): void } | null>(null);

/** Sets the chapter that is open as a page of its own whenever the window is printed, by whatever way. */
export function PrintProvider({ children }: { children: ReactNode }) {
  const { desktop } = usePlatform();
  const page = useRef<ReadPage | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [sheet, setSheet] = useState<PrintedChapter | null>(null);

  useEffect(() => {
    // The browser lays out the paper as soon as its listeners return.
    const before = (): void => flushSync(() => setSheet(page.current?.() ?? null));
    const after = (): void => setSheet(null);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);

  const print = async (): Promise<void> => {
    if (desktop) await desktop.call('window.print', {});
    else window.print();
  };
  useCommands([{ id: 'print', name: 'Print the chapter', group: 'Book', key: 'Mod+P', keywords: ['paper', 'pdf'], disabled: !isOpen, run: print }]);

  const context = useMemo(() => ({ page, setOpen }), []);
  return (
    <PrintContext.Provider value={context}>
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
  const context = useContext(PrintContext);
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    if (!context) return undefined;
    const own: ReadPage = () => latest.current();
    context.page.current = own;
    context.setOpen(true);
    return () => {
      // The next page may have come before this one went.
      if (context.page.current !== own) return;
      context.page.current = null;
      context.setOpen(false);
    };
  }, [context]);
}

import { Tabs } from 'radix-ui';
import { useCallback, useEffect, useState, type PointerEvent } from 'react';
import { createPortal } from 'react-dom';
import type { ChapterView, ExpansionView, RectoApp } from '#app/recto-app.ts';
import { ChapterOpening } from '#renderer/features/editor/ChapterOpening.tsx';
import { useBookOf } from '#renderer/features/editor/use-book-of.ts';
import { useFootnotes } from '#renderer/features/editor/use-footnotes.ts';
import { usePictures } from '#renderer/features/pictures/use-pictures.tsx';
import { usePrintedPage } from '#renderer/features/print/PrintProvider.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { EmptyRecto } from './EmptyRecto.tsx';
import { openSpread, type OpenSpread, type SpreadOptions } from './open-spread.ts';
import { PassageMargin } from './PassageMargin.tsx';
import type { Side, SpreadElements } from './spread.ts';
import { isUnderWay, useChapterJob } from './use-chapter-job.ts';
import { useIsNarrow } from './use-is-narrow.ts';
import { usePassageHandlers } from './use-passage-handlers.ts';
import './book-view.css';

interface BookViewProps {
  app: RectoApp;
  bookId: string;
  chapter: ChapterView;
}

type Elements = SpreadElements & { verso: HTMLElement; recto: HTMLElement };

/** One spread: the draft on the verso, what grew from it on the recto, passage level with passage. */
export function BookView({ app, bookId, chapter }: BookViewProps) {
  const { showError } = useToast();
  const book = useBookOf(app, bookId);
  const narrow = useIsNarrow();
  const [side, setSide] = useState<Side>('recto');
  /** Undefined while it is not known. */
  const [expansion, setExpansion] = useState<ExpansionView | null | undefined>(undefined);
  const [caret, setCaret] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [rest, setRest] = useState<HTMLElement | null>(null);
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  const [verso, setVerso] = useState<HTMLElement | null>(null);
  const [recto, setRecto] = useState<HTMLElement | null>(null);
  const pictures = usePictures(bookId);
  const footnotes = useFootnotes();
  const opened = useSpread({ pictures: pictures.extension, footnotes, elements: { scroller, rest, layer, verso, recto }, app, bookId, chapter, language: book?.language ?? null, setExpansion, setCaret, onError: showError });
  const shown = narrow ? side : null;
  const work = useChapterJob(app, chapter.id);
  const handlers = usePassageHandlers({ app, bookId, chapterId: chapter.id, opened, expansion: expansion ?? null });

  useEffect(() => {
    // Nothing grown: the verso alone is measured, and the recto says what to do.
    opened?.spread.showOnly(shown ?? (expansion ? null : 'verso'));
  }, [opened, shown, expansion]);

  const onPointerMove = useCallback(
    (event: PointerEvent<HTMLDivElement>) => {
      if (opened) setPointed(findPointed(opened, event));
    },
    [opened],
  );
  const number = (book?.chapters.findIndex((candidate) => candidate.id === chapter.id) ?? -1) + 1;
  // On paper, the spread is what it grew into.
  usePrintedPage(() => opened && { number: number || null, title: chapter.title, text: opened.expansionText() || opened.caret().text, language: book?.language ?? '' });
  const opening = <ChapterOpening number={number || null} title={chapter.title} />;
  const running = work && isUnderWay(work.job) ? work.job : null;
  const failed = work?.job.state === 'failed' && work.job.error ? { passage: work.passage, message: work.job.error.message } : null;

  return (
    <Tabs.Root className="book-view" data-shown={shown ?? 'both'} value={side} onValueChange={(value) => setSide(value === 'verso' ? 'verso' : 'recto')}>
      <RunningHeads narrow={narrow} provider={expansion ? providerOf(expansion) : null} />
      <div className="spread-scroller" ref={setScroller} onPointerMove={onPointerMove} onPointerLeave={() => setPointed(null)}>
        <div className="spread-stage">
          <div className="spread-page" data-side="verso" ref={setVerso} />
          <div className="spread-gutter" aria-hidden />
          <div className="spread-page" data-side="recto" data-empty={!expansion || undefined}>
            <div className="spread-text" ref={setRecto} />
            {expansion === null && <EmptyRecto running={running} failed={failed?.message ?? null} draftWords={chapter.words} />}
          </div>
          <div className="spread-layer" ref={setLayer}>
            {opened && expansion && shown !== 'verso' && (
              <PassageMargin spread={opened.spread} expansion={expansion} pointed={pointed} caret={caret} partial={running?.progress?.partial ?? null} failed={failed} handlers={handlers} />
            )}
          </div>
        </div>
        <div ref={setRest} />
      </div>
      {failed && expansion && failed.passage === null && (
        <output className="spread-failure">{failed.message}</output>
      )}
      {pictures.dialog}
      {opened && createPortal(opening, opened.heads.verso)}
      {opened && createPortal(<div aria-hidden>{opening}</div>, opened.heads.recto)}
    </Tabs.Root>
  );
}

function RunningHeads({ narrow, provider }: { narrow: boolean; provider: string | null }) {
  if (narrow) {
    return (
      <Tabs.List className="running-heads running-tabs" aria-label="Page shown">
        <Tabs.Trigger className="tab" value="verso">
          Draft
        </Tabs.Trigger>
        <Tabs.Trigger className="tab" value="recto">
          Expansion
        </Tabs.Trigger>
      </Tabs.List>
    );
  }
  return (
    <div className="running-heads" aria-hidden>
      <span>Draft</span>
      <span className="spread-gutter" />
      <span>
        Expansion{provider && <span className="running-provider">{provider}</span>}
      </span>
    </div>
  );
}

function providerOf({ blob }: ExpansionView): string {
  const { provider, model } = blob.data.metadata ?? {};
  if (provider === 'built-in') return 'built-in';
  return model && model !== 'none' ? model : (provider ?? '');
}

/** The passage at the pointer's height. */
function findPointed({ spread }: OpenSpread, event: PointerEvent<HTMLDivElement>): number | null {
  const y = event.clientY - event.currentTarget.getBoundingClientRect().top + spread.scrollTop();
  return spread.getPlaced().findLast((place) => place.top <= y)?.index ?? null;
}

interface UseSpreadOptions {
  elements: { [name in keyof Elements]: HTMLElement | null };
  app: RectoApp;
  bookId: string;
  chapter: ChapterView;
  language: string | null;
  pictures: SpreadOptions['pictures'];
  footnotes: SpreadOptions['footnotes'];
  setExpansion(expansion: ExpansionView | null): void;
  setCaret(index: number | null): void;
  onError(error: unknown): void;
}

function useSpread({ pictures, footnotes, elements: { scroller, rest, layer, verso, recto }, app, bookId, chapter, language, setExpansion, setCaret, onError }: UseSpreadOptions): OpenSpread | null {
  const [opened, setOpened] = useState<OpenSpread | null>(null);
  const { id: chapterId, draftId } = chapter;

  useEffect(() => {
    if (language === null || !scroller || !rest || !layer || !verso || !recto) return undefined;
    let closed = false;
    let open: OpenSpread | null = null;
    const elements = { scroller, rest, layer, verso, recto };
    openSpread({ app, pictures, footnotes, bookId, chapterId, draftId, language, elements, onExpansion: setExpansion, onCaretPassage: setCaret, onError }).then((spread) => {
      open = spread;
      if (closed) spread.close();
      else setOpened(spread);
    }, onError);
    return () => {
      closed = true;
      open?.close();
      setOpened(null);
    };
  }, [app, bookId, chapterId, draftId, language, pictures, footnotes, scroller, rest, layer, verso, recto, setExpansion, setCaret, onError]);

  return opened;
}

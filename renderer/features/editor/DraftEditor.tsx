import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { firstValueFrom } from 'rxjs';
import type { ChapterView, RectoApp } from '#app/recto-app.ts';
import { expandChapter } from '#app/use-cases/expand-chapter.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { usePictures } from '#renderer/features/pictures/use-pictures.tsx';
import { usePrintedPage } from '#renderer/features/print/PrintProvider.tsx';
import { ChapterOpening } from './ChapterOpening.tsx';
import { bindDraft, type DraftBinding } from './draft-binding.ts';
import { rememberPlace, restorePlace } from './editor-places.ts';
import { findPassageAt } from './passage-at.ts';
import { proseExtensions } from './prose-editor.ts';
import { useBookOf } from './use-book-of.ts';
import { useFootnotes } from './use-footnotes.ts';
import './draft-editor.css';

interface DraftEditorProps {
  app: RectoApp;
  bookId: string;
  chapter: ChapterView;
  /** Stands above the text and scrolls with it; the chapter's number and title if it is left out. */
  heading?: ReactNode;
  /** The caret's offset, after it has rested. */
  onCaret?(offset: number): void;
}

/** A chapter's draft as a page to write on. */
export function DraftEditor({ app, bookId, chapter, heading, onCaret }: DraftEditorProps) {
  const book = useBookOf(app, bookId);
  const host = useRef<HTMLDivElement>(null);
  const live = useRef<EditorView | null>(null);
  const [head, setHead] = useState<HTMLElement | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const caret = useRef(onCaret);
  useEffect(() => {
    caret.current = onCaret;
  });
  const language = book?.language ?? null;
  const pictures = usePictures(bookId);
  const { extension: pictureExtension } = pictures;
  const footnotes = useFootnotes();
  const { id: chapterId, draftId } = chapter;

  // A layout effect: its end comes before the page is taken away, while the page still knows how far it is scrolled.
  useLayoutEffect(() => {
    const parent = host.current;
    if (!parent || language === null) return;
    let closed = false;
    let close: (() => void) | null = null;
    const report = reportCaret((offset) => caret.current?.(offset));
    openDraftEditor({ app, chapterId, draftId, language, parent, extension: [report.extension, pictureExtension, footnotes] }).then(
      (opened) => {
        close = opened.close;
        if (closed) return opened.close();
        live.current = opened.view;
        setHead(opened.head);
      },
      (error: unknown) => !closed && setFailure(error),
    );
    return () => {
      closed = true;
      report.stop();
      live.current = null;
      setHead(null);
      setFailure(null);
      close?.();
    };
  }, [app, chapterId, draftId, language, pictureExtension, footnotes]);

  useCommands([{ id: 'passage.expand', name: 'Expand this passage', group: 'Write', key: 'Mod+Enter', run: () => expandAtCaret(app, bookId, chapter, live.current) }]);

  const number = book ? book.chapters.findIndex((candidate) => candidate.id === chapterId) + 1 : 0;
  usePrintedPage(() => live.current && { number: number || null, title: chapter.title, text: live.current.state.doc.toString(), language: language ?? '' });
  return (
    <div className="draft-editor" ref={host}>
      {head && createPortal(heading ?? <ChapterOpening number={number || null} title={chapter.title} />, head)}
      {pictures.dialog}
      {failure !== null && (
        <p className="draft-editor-failed" role="alert">
          This chapter could not be opened. Nothing in it was changed. Go to another chapter and come back to try again.
        </p>
      )}
    </div>
  );
}

interface OpenOptions {
  app: RectoApp;
  chapterId: string;
  draftId: string;
  language: string;
  parent: HTMLElement;
  extension: Extension;
}

interface OpenedEditor {
  view: EditorView;
  /** An element inside the scroller, above the text. */
  head: HTMLElement;
  close(): void;
}

async function openDraftEditor({ app, chapterId, draftId, language, parent, extension }: OpenOptions): Promise<OpenedEditor> {
  const session = await app.openDraft(draftId);
  const { lastPlace } = await firstValueFrom(app.settings$);
  const binding: DraftBinding = bindDraft(session);
  const state = EditorState.create({
    doc: session.initialText,
    extensions: [proseExtensions({ label: 'Draft', language, invitation: 'Write here.' }), binding.extension, extension],
  });
  const view = new EditorView({ state, parent });
  const head = document.createElement('div');
  head.className = 'page-head';
  view.scrollDOM.prepend(head);
  binding.attach(view);
  restorePlace(app, draftId, view, lastPlace?.chapterId === chapterId ? lastPlace.offset : null);
  if (document.activeElement === null || document.activeElement === document.body) view.focus();
  return {
    view,
    head,
    close() {
      rememberPlace(app, draftId, view);
      void binding.detach();
      head.remove();
      view.destroy();
    },
  };
}

const REST_MS = 500;

function reportCaret(report: (offset: number) => void): { extension: Extension; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    extension: EditorView.updateListener.of((update) => {
      if (!update.selectionSet && !update.docChanged) return;
      clearTimeout(timer);
      timer = setTimeout(() => report(update.view.state.selection.main.head), REST_MS);
    }),
    stop: () => clearTimeout(timer),
  };
}

async function expandAtCaret(app: RectoApp, bookId: string, chapter: ChapterView, view: EditorView | null): Promise<void> {
  if (!view) return;
  // The passages are counted on what is stored: it must be what is on the page.
  await app.flush();
  const expansion = await firstValueFrom(app.observeExpansion(bookId, chapter.id));
  const index = findPassageAt(view.state.doc.toString(), view.state.selection.main.head, expansion?.passages ?? null);
  if (index !== null) await expandChapter(app, { bookId, chapterId: chapter.id, passages: [index], again: true });
}

import { useEffect, useMemo, useRef, type CSSProperties } from 'react';
import type { BookView } from '#app/recto-app.ts';
import { toRequest, type CompileWish } from './compile-wish.ts';
import { cssString, toPreviewRequest } from './preview-request.ts';
import { usePages } from './use-pages.ts';
import './preview.css';

/** The first pages as they read, made anew with each change; the paper and its margins are the file's own. */
export function Preview({ book, wish, year }: { book: BookView; wish: CompileWish; year: string }) {
  const request = useMemo(() => toPreviewRequest(book, toRequest(book, wish, year)), [book, wish, year]);
  const { pages, error, busy } = usePages(request);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    host.current?.replaceChildren(...pages);
  }, [pages]);
  const style = wish.layout.style ?? '';
  const isManuscript = style.startsWith('manuscript');
  const sceneBreak = wish.layout.scene_break ?? (isManuscript ? '#' : '* * *');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard scrolls what has the focus
    <section className="preview" aria-label="Preview" aria-busy={busy} tabIndex={0} data-style={isManuscript ? 'manuscript' : 'book'}>
      <div className="preview-paper" dir="auto" lang={book.language || undefined} style={{ '--scene-break': cssString(sceneBreak) } as CSSProperties} ref={host} />
      {error && <p className="sentence-error">{error}</p>}
    </section>
  );
}

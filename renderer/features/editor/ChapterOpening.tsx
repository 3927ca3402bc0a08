/** A chapter's opening, as a book sets it: number small, title large. */
export function ChapterOpening({ number, title }: { number: number | null; title: string }) {
  return (
    <header className="chapter-opening">
      {number !== null && <p className="chapter-opening-number">Chapter {number}</p>}
      <h1 className="chapter-opening-title">{title}</h1>
    </header>
  );
}

/** Titles that say themselves what they open; a number over them would say it twice, or wrongly. */
const NAMES_ITSELF = /^(chapter|letter|part|book|prologue|epilogue|preface|foreword|introduction|epigraph|interlude|afterword|appendix)\b/i;

/** The small line over a chapter's title; nothing where the title needs none. */
export function ChapterNumber({ number, title }: { number: number | null; title: string }) {
  if (number === null || NAMES_ITSELF.test(title)) return null;
  return <p className="chapter-opening-number">Chapter {number}</p>;
}

/** A chapter's opening, as a book sets it: number small, title large. */
export function ChapterOpening({ number, title }: { number: number | null; title: string }) {
  return (
    <header className="chapter-opening">
      <ChapterNumber number={number} title={title} />
      <h1 className="chapter-opening-title">{title}</h1>
    </header>
  );
}

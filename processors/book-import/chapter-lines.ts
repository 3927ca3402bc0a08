/** Lines that open a chapter in texts that have no headings: “Chapter 12”, “CHAPTER XII. The Storm”, “Prologue”. */
const CHAPTER_LINE =
  /^(?:(?:chapter|part|book|letter|canto|act|kapitel|teil|chapitre|capítulo|capitolo|hoofdstuk)\s+(?:\d{1,4}|[ivxlcdm]{1,8}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty)(?:[- ][a-z]+)?)(?:[.:—–-].{0,80}|\s.{0,60})?|(?:prologue|epilogue|preface|foreword|introduction|afterword|acknowledge?ments|dedication|epigraph)\.?)$/i;

export function isChapterLine(line: string): boolean {
  return line.length <= 120 && CHAPTER_LINE.test(line.trim());
}

/** War and Peace, or its beginning, as `npm run compile` takes a book and as other programs do. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manuscripts } from './in-browser.ts';

export interface SampleBook {
  words: number;
  /** `book.json` and a Markdown file a chapter. */
  folder: string;
  /** The same in one file: Pandoc’s title block, then each chapter under its heading. */
  markdown: string;
}

interface BookFile {
  title: string;
  author: string;
  language: string;
  chapters: { file: string; title: string; words: number }[];
}

/** Writes as many chapters as have so many words into a folder that it makes, all of them by default. */
export function writeSampleBook(folder: string, words = Infinity): SampleBook {
  const source = join(manuscripts, 'war-and-peace');
  const book = JSON.parse(readFileSync(join(source, 'book.json'), 'utf8')) as BookFile;
  const chapters: BookFile['chapters'] = [];
  let counted = 0;
  for (const chapter of book.chapters) {
    if (counted >= words) break;
    counted += chapter.words;
    chapters.push(chapter);
  }
  mkdirSync(folder, { recursive: true });
  for (const { file } of chapters) cpSync(join(source, file), join(folder, file));
  writeFileSync(join(folder, 'book.json'), JSON.stringify({ ...book, chapters }));
  const text = chapters.map(({ file, title }) => `# ${title}\n\n${readFileSync(join(source, file), 'utf8')}`).join('\n\n');
  const markdown = join(folder, 'book.markdown');
  writeFileSync(markdown, `---\ntitle: ${book.title}\nauthor: ${book.author}\nlang: ${book.language}\n---\n\n${text}`);
  return { words: counted, folder, markdown };
}

/** One Markdown file: title, author and language as YAML, then each chapter under a heading of the first level. */
import { parseProse } from '../../contract/prose-markdown.ts';
import type { BookHead, Chapter } from '../model.ts';
import { readReferences } from '../references.ts';
import { readSourceWords } from '../source-words.ts';
import { joinBytes } from '../zip.ts';
import { writeMarkdownBlocks, writeMarkdownHeading } from './markdown-blocks.ts';
import { writeMarkdownInlines } from './markdown-inlines.ts';
import type { WriterKind } from './writer.ts';

export const markdownWriter: WriterKind = {
  format: 'markdown',
  mediaType: 'text/markdown',
  extension: 'md',
  start(head) {
    const encoder = new TextEncoder();
    const chunks = [encoder.encode(frontMatter(head))];
    return {
      writeChapter(chapter) {
        const text = writeChapterText(chapter);
        chunks.push(encoder.encode(`\n${text}\n`));
        const tree = parseProse(text);
        return readSourceWords(tree, text, readReferences(tree, text));
      },
      finish: () => joinBytes(chunks),
    };
  },
};

function writeChapterText(chapter: Chapter): string {
  // A lone # keeps the place of a chapter that has no title.
  const title = chapter.title === '' ? '#' : writeMarkdownHeading(1, writeMarkdownInlines([{ kind: 'text', text: chapter.title }]));
  const text = writeMarkdownBlocks(chapter.blocks);
  return text === '' ? title : `${title}\n\n${text}`;
}

/** JSON's strings are YAML's double-quoted ones. */
function frontMatter(head: BookHead): string {
  const author = head.author === '' ? '' : `author: ${JSON.stringify(head.author)}\n`;
  return `---\ntitle: ${JSON.stringify(head.title)}\n${author}lang: ${JSON.stringify(head.language)}\n---\n`;
}

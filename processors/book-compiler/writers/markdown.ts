/** One Markdown file: title, author and language as YAML, then each chapter under a heading of the first level. */
import { parseProse } from '../../contract/prose-markdown.ts';
import { readFootnotes } from '../../contract/footnotes.ts';
import { makesItself, type BookHead, type Section } from '../model.ts';
import { visitImages } from '../place-pictures.ts';
import { readReferences } from '../references.ts';
import { readSourceWords } from '../source-words.ts';
import { joinBytes } from '../zip.ts';
import { writeMarkdownHeading } from './markdown-blocks.ts';
import { writeMarkdownInlines } from './markdown-inlines.ts';
import { NoteNames, writeMarkdownText } from './markdown-notes.ts';
import type { WriterKind } from './writer.ts';
import { noteImage } from './xhtml.ts';

export const markdownWriter: WriterKind = {
  format: 'markdown',
  mediaType: 'text/markdown',
  extension: 'md',
  // What an author typed is what they find again.
  typography: 'as-written',
  start({ head, replacements }) {
    const encoder = new TextEncoder();
    const chunks = [encoder.encode(frontMatter(head))];
    const names = new NoteNames();
    return {
      writeSection(section) {
        // Title and author are the file's YAML; contents are made by whoever shows it.
        if (makesItself(section.kind)) return '';
        visitImages(section.blocks, (image) => image.picture && noteImage(image, replacements));
        names.name(section.notes);
        const text = writeSectionText(section);
        chunks.push(encoder.encode(`\n${text}\n`));
        const tree = parseProse(text);
        return readSourceWords(tree, text, { references: readReferences(tree, text), footnotes: readFootnotes(tree, text) });
      },
      finish: () => joinBytes(chunks),
    };
  },
};

function writeSectionText(section: Section): string {
  // A lone # keeps the place of a section that has no title.
  const title = section.title === '' ? '#' : writeMarkdownHeading(1, writeMarkdownInlines([{ kind: 'text', text: section.title }]));
  const text = writeMarkdownText(section.blocks, section.notes);
  return text === '' ? title : `${title}\n\n${text}`;
}

/** JSON's strings are YAML's double-quoted ones. */
function frontMatter(head: BookHead): string {
  const author = head.author === '' ? '' : `author: ${JSON.stringify(head.author)}\n`;
  const subtitle = head.subtitle === '' ? '' : `subtitle: ${JSON.stringify(head.subtitle)}\n`;
  return `---\ntitle: ${JSON.stringify(head.title)}\n${subtitle}${author}lang: ${JSON.stringify(head.language)}\n---\n`;
}

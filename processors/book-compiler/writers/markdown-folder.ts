/**
 * A folder of Markdown, zipped: `book.json` says the title and the order, each chapter is a numbered file, pictures lie in `images/`. What
 * the import takes, and `npm run compile` where it is unpacked, gives the same book.
 */
import { readFootnotes } from '../../contract/footnotes.ts';
import { parseProse } from '../../contract/prose-markdown.ts';
import { createFreeNames } from '../../library-export/free-names.ts';
import { makesItself, type Section } from '../model.ts';
import { visitImages } from '../place-pictures.ts';
import { readReferences } from '../references.ts';
import { readSourceWords } from '../source-words.ts';
import { foldWords } from '../words.ts';
import { ZipWriter } from '../zip.ts';
import { NoteNames, writeMarkdownText } from './markdown-notes.ts';
import type { BookWriter, WriterKind, WriterStart } from './writer.ts';
import { noteImage } from './xhtml.ts';

export const markdownFolderWriter: WriterKind = {
  format: 'markdown-folder',
  mediaType: 'application/zip',
  extension: 'zip',
  // What an author typed is what they find again.
  typography: 'as-written',
  start: (start) => new MarkdownFolderWriter(start),
};

const IMAGES = 'images/';

class MarkdownFolderWriter implements BookWriter {
  readonly #zip = new ZipWriter();
  readonly #start: WriterStart;
  readonly #freeName = createFreeNames();
  readonly #digits: number;
  readonly #pictures = new Set<string>();
  readonly #chapters: Record<string, unknown>[] = [];
  readonly #matter: Record<string, unknown>[] = [];
  /** Of the chapter that comes next; null: it begins none. */
  #part: string | null = null;

  constructor(start: WriterStart) {
    this.#start = start;
    this.#digits = Math.max(3, String(start.head.sections.filter(({ kind }) => kind === 'chapter').length).length);
    const { cover } = start.head;
    if (cover) this.#zip.store(IMAGES + cover.name, cover.bytes);
  }

  writeSection(section: Section): string {
    const { kind, title } = section;
    this.#putPictures(section);
    new NoteNames().name(section.notes);
    const text = writeMarkdownText(section.blocks, section.notes);
    if (kind === 'part') this.#part = title;
    else if (kind === 'chapter') this.#putChapter(section, text);
    else this.#matter.push({ id: section.id, kind, ...(!makesItself(kind) && { title }), text });
    if (makesItself(kind)) return '';
    const tree = parseProse(text);
    return foldWords(`${title} ${readSourceWords(tree, text, { references: readReferences(tree, text), footnotes: readFootnotes(tree, text) })}`);
  }

  finish(): Uint8Array {
    const { title, subtitle, author, contact, language, cover } = this.#start.head;
    const book = {
      title,
      ...(subtitle && { subtitle }),
      author,
      ...(contact.length > 0 && { contact: contact.join('\n') }),
      ...(language !== 'und' && { language }),
      ...(cover && { cover: IMAGES + cover.name }),
      matter: this.#matter,
      chapters: this.#chapters,
    };
    this.#zip.add('book.json', `${JSON.stringify(book, null, 1)}\n`);
    return this.#zip.finish();
  }

  /** The texts lead to files from now on. */
  #putPictures({ blocks }: Section): void {
    visitImages(blocks, (image) => {
      const { picture } = image;
      if (!picture) {
        if (image.url.startsWith('image:')) noteImage(image, this.#start.replacements);
        return;
      }
      if (!this.#pictures.has(picture.name)) this.#zip.store(IMAGES + picture.name, picture.bytes);
      this.#pictures.add(picture.name);
      image.url = IMAGES + picture.name;
      delete image.picture;
    });
  }

  #putChapter({ title, isNumbered }: Section, text: string): void {
    const number = String(this.#chapters.length + 1).padStart(this.#digits, '0');
    const file = this.#freeName('', `${number} ${title}`.trim(), 'md');
    this.#zip.add(file, text === '' ? '' : `${text}\n`);
    this.#chapters.push({ file, title, ...(this.#part !== null && { part: this.#part }), ...(isNumbered === false && { numbered: false }) });
    this.#part = null;
  }
}

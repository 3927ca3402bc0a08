/**
 * EPUB 3.3 (https://www.w3.org/TR/epub-33/): cover, title page, a file a chapter, navigation with landmarks,
 * accessibility metadata (https://www.w3.org/TR/epub-a11y-11/). The same book gives the same bytes: the
 * identifier comes from title, author and language, and the date is fixed.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { BookHead, Picture, Section } from '../model.ts';
import { visitPictures } from '../place-pictures.ts';
import { ZipWriter } from '../zip.ts';
import { coverPage, fileOf, halfTitlePage, navigationPage, sectionPage, titlePage } from './epub-pages.ts';
import { drawCover } from './epub-cover.ts';
import { packageDocument } from './epub-package.ts';
import { EPUB_STYLES } from './stylesheets.ts';
import { sectionKind, sectionRole } from './section-kind.ts';
import type { BookWriter, WriterKind, WriterStart } from './writer.ts';
import { nameAttribute, PICTURE_FOLDER, readXhtmlWords, writeSection } from './xhtml.ts';
import { withEpubTypes } from './xhtml-notes.ts';

export const epubWriter: WriterKind = {
  format: 'epub',
  mediaType: 'application/epub+zip',
  extension: 'epub',
  typography: 'typeset',
  start: (start) => new EpubWriter(start),
};

const CONTAINER = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
`;

class EpubWriter implements BookWriter {
  readonly #zip = new ZipWriter();
  readonly #head: BookHead;
  readonly #start: WriterStart;
  /** Those in the texts, by name. */
  readonly #pictures = new Map<string, Picture['mediaType']>();

  constructor(start: WriterStart) {
    const { head } = start;
    this.#head = head;
    this.#start = start;
    // OCF 3.3 §4.3: the first entry, stored, so that the type can be read at a fixed place.
    this.#zip.store('mimetype', 'application/epub+zip');
    this.#zip.add('META-INF/container.xml', CONTAINER);
    this.#zip.add('EPUB/nav.xhtml', navigationPage(head));
    this.#zip.add('EPUB/styles.css', EPUB_STYLES);
    if (head.cover) this.#zip.store(`EPUB/${head.cover.name}`, head.cover.bytes);
    else this.#zip.add('EPUB/cover.svg', drawCover(head));
    this.#zip.add('EPUB/cover.xhtml', coverPage(head));
  }

  writeSection(section: Section): string {
    if (section.kind === 'contents') return '';
    const file = `EPUB/${fileOf(section)}`;
    if (section.kind === 'title-page') this.#zip.add(file, titlePage(this.#head));
    if (section.kind === 'half-title') this.#zip.add(file, halfTitlePage(this.#head));
    if (section.kind === 'title-page' || section.kind === 'half-title') return '';
    const { type } = sectionKind(section);
    const attributes = `${type === undefined ? '' : ` epub:type="${type}"`}${sectionRole(section)} class="${section.kind}"${nameAttribute(section)}`;
    const { layout, replacements } = this.#start;
    const written = writeSection(section, attributes, { replacements, sceneBreak: layout.scene_break });
    this.#zip.add(file, sectionPage(this.#head, section, withEpubTypes(written)));
    visitPictures(section.blocks, ({ name, mediaType, bytes }) => {
      if (this.#pictures.has(name)) return;
      this.#pictures.set(name, mediaType);
      this.#zip.store(`EPUB/${PICTURE_FOLDER}${name}`, bytes);
    });
    return readXhtmlWords(written);
  }

  finish(): Uint8Array {
    this.#zip.add('EPUB/package.opf', packageDocument(this.#head, bookIdentifier(this.#head), this.#pictures));
    return this.#zip.finish();
  }
}

/** A name-based UUID of version 8 (RFC 9562 §5.8), so that a new edition of a book replaces the old one on a reader. */
function bookIdentifier(head: BookHead): string {
  const hex = bytesToHex(sha256(utf8ToBytes(JSON.stringify(['recto', head.title, head.author, head.language]))));
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

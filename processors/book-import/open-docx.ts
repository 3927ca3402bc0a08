import { RectoError } from '#schemas/errors.ts';
import { ZipWriter } from '../book-compiler/zip.ts';
import type { DocxDocument } from './docx-document.ts';
import { PICTURE_FILE, PICTURE_LIMITS } from './collect-pictures.ts';
import { readZip } from './read-zip.ts';

/** What mammoth reads of a document for its text. Fonts are never unpacked. */
const WANTED = /^(?:\[Content_Types\]\.xml|_rels\/\.rels|docProps\/core\.xml|word\/[^/]+\.xml|word\/_rels\/[^/]+\.rels)$/;

/** A million words are some 30 MB of Word's XML. */
const LIMITS = { entries: 20_000, bytes: 100_000_000 };

export interface OpenedDocx {
  document: DocxDocument;
  /** Of docProps/core.xml; empty where it has none. */
  title: string;
  author: string;
  language: string;
}

/**
 * Opens a .docx: unpacks it within bounds, and lets mammoth read it.
 * @throws RectoError import_damaged, import_unsupported, too_large
 */
export async function openDocx(bytes: Uint8Array, name: string): Promise<OpenedDocx> {
  const parts = readZip(bytes, (entry) => WANTED.test(entry), LIMITS, name);
  const pictures = readZip(bytes, (entry) => entry.startsWith('word/media/') && PICTURE_FILE.test(entry), PICTURE_LIMITS, name);
  if (!parts.has('word/document.xml')) throw new RectoError('import_unsupported', `“${name}” is a zip file, but no Word document. Nothing was imported. Save it as .docx, then import that.`);
  for (const [part, content] of parts) refuseDoctype(part, content, name);
  const core = new TextDecoder().decode(parts.get('docProps/core.xml') ?? new Uint8Array(0));
  return {
    document: await readDocument(new Map([...parts, ...pictures]), name),
    title: readProperty(core, 'dc:title'),
    author: readProperty(core, 'dc:creator'),
    language: readProperty(core, 'dc:language'),
  };
}

/** Word writes no DTD; who does wants entities that grow without bound. */
function refuseDoctype(part: string, content: Uint8Array, name: string): void {
  if (new TextDecoder().decode(content.subarray(0, 4096)).includes('<!DOCTYPE')) throw new RectoError('import_damaged', `“${name}” is damaged (${part} declares a document type, which Word never does). Nothing was imported.`);
}

async function readDocument(parts: ReadonlyMap<string, Uint8Array>, name: string): Promise<DocxDocument> {
  // Stored again, so that mammoth's own unzip never inflates what it was not meant to.
  const zip = new ZipWriter();
  for (const [part, content] of parts) zip.store(part, content);
  const arrayBuffer = new Uint8Array(zip.finish()).buffer;
  const { default: mammoth } = await import('mammoth/mammoth.browser.js');
  const read: { document?: DocxDocument } = {};
  try {
    await mammoth.convertToHtml(
      { arrayBuffer },
      {
        includeDefaultStyleMap: false,
        // Its reading is what is wanted; its HTML is made of an empty document.
        transformDocument: (document) => {
          read.document = document as DocxDocument;
          return { ...(document as DocxDocument), children: [] };
        },
      },
    );
  } catch (error) {
    throw new RectoError('import_damaged', `“${name}” is damaged and can’t be read (${error instanceof Error ? error.message : String(error)}). Nothing was imported. Open it in Word or LibreOffice, save it again, then import that.`, { cause: error });
  }
  if (!read.document) throw new RectoError('import_damaged', `“${name}” holds no document.`);
  return read.document;
}

function readProperty(core: string, element: string): string {
  const text = new RegExp(`<${element}(?:\\s[^>]*)?>([^<]*)</${element}>`).exec(core)?.[1] ?? '';
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: '’' })[entity] ?? '').replace(/\s+/g, ' ').trim();
}

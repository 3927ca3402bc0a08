import { RectoError } from '#schemas/errors.ts';
import type { ImportedChapter, ImportedManuscript, ImportOptions } from '../contract/manuscript.ts';
import type { Block } from '../book-compiler/model.ts';
import { inlineText } from '../book-compiler/model.ts';
import { createNote } from '../book-compiler/notes.ts';
import { decodeText } from './decode-text.ts';
import { blanksBreakScenes, groupBlocks } from './docx-groups.ts';
import { isChapterLine } from './chapter-lines.ts';
import { findElements, parseXml } from './parse-xml.ts';
import { describeRtfLosses } from './read-rtf.ts';
import { readRtf, type LinkedNotes, type RtfDocument } from './rtf-blocks.ts';
import { allItems, readBinder, type BinderItem } from './scrivener-binder.ts';
import type { SourceBlock } from './source-blocks.ts';
import { writeSafely } from './write-safely.ts';

/** What `book-v1` holds of one. */
const MAX_SYNOPSIS = 20_000;

/** A chapter as the binder has it: one document, or a folder with the scenes in it. */
interface PlannedChapter {
  item: BinderItem;
  scenes: BinderItem[];
  part?: string;
}

export function isScrivenerProject(paths: Iterable<string>): boolean {
  return findProject(paths) !== undefined;
}

/**
 * A Scrivener project of version 2 or 3: the draft in the binder's order. A folder of texts is a chapter, its texts the scenes; a folder of
 * folders, or one that calls itself a part or whose texts call themselves chapters, is a part.
 * @param name the folder's or the zip's
 * @param files by path
 * @throws RectoError import_damaged, import_empty, import_not_utf8, too_large, cancelled
 */
export function readScrivener(name: string, files: ReadonlyMap<string, Uint8Array>, { signal, onProgress }: ImportOptions): ImportedManuscript {
  const project = findProject(files.keys()) ?? '';
  const binder = readBinder(files.get(project) ?? new Uint8Array(0), project);
  const documents = new ScrivenerFiles(files, project.replace(/[^/]*$/, ''));
  const planned = planChapters(binder.draft, documents);
  const marksIncluded = [...allItems(binder.draft)].some(({ included }) => included);
  const chapters = planned.map((chapter, index): ImportedChapter => {
    if (signal.aborted) throw new RectoError('cancelled', 'The import was cancelled; nothing was imported.');
    const read = writeChapter(chapter, documents, marksIncluded);
    onProgress({ done: index + 1, total: planned.length, message: read.title });
    return read;
  });
  if (chapters.length === 0) throw new RectoError('import_empty', `The draft of “${name}” has no documents, so there is nothing to import.`);
  const left = [...allItems(binder.others)].filter((item) => documents.hasText(item)).map(({ title }) => title || 'Untitled');
  return {
    title: binder.title || (/([^/]*)\.scrivx$/i.exec(project)?.[1] ?? name),
    author: binder.author,
    language: '',
    chapters,
    warnings: [
      ...describeRtfLosses(documents.losses, documents.blanksBroke),
      ...(left.length > 0 ? [`${left.length} ${left.length === 1 ? 'document' : 'documents'} outside of the draft stayed behind: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ` and ${left.length - 10} more` : ''}.`] : []),
    ],
  };
}

function findProject(paths: Iterable<string>): string | undefined {
  return [...paths].filter((path) => /(?:^|\/)[^/.][^/]*\.scrivx$/i.test(path)).toSorted((a, b) => a.split('/').length - b.split('/').length)[0];
}

function planChapters(items: readonly BinderItem[], documents: ScrivenerFiles): PlannedChapter[] {
  return items.flatMap((item): PlannedChapter[] => {
    if (!item.isFolder || item.children.length === 0) return [{ item, scenes: [...allItems(item.children)] }];
    const isPart = item.children.some((child) => child.isFolder) || /^(?:part|book|teil|buch|partie|parte|deel)\b/i.test(item.title) || item.children.some(({ title }) => isChapterLine(title));
    if (!isPart) return [{ item, scenes: [...allItems(item.children)] }];
    const inside = planChapters(item.children, documents);
    const own: PlannedChapter[] = documents.hasText(item) ? [{ item: { ...item, children: [] }, scenes: [] }] : [];
    const [first, ...rest] = [...own, ...inside];
    return first ? [{ ...first, part: item.title || first.part || '' }, ...rest] : [];
  });
}

function writeChapter({ item, scenes, part }: PlannedChapter, documents: ScrivenerFiles, marksIncluded: boolean): ImportedChapter {
  const notes: string[] = [];
  const texts = [item, ...scenes].map((each) => documents.read(each, notes)).filter((blocks) => blocks.length > 0);
  const blocks = texts.flatMap((each, index): Block[] => (index === 0 ? each : [{ kind: 'scene-break' }, ...each]));
  const synopsis = [documents.synopsis(item), ...scenes.map((scene) => [scene.title, documents.synopsis(scene)].filter(Boolean).join(': '))].filter(Boolean).join('\n').slice(0, MAX_SYNOPSIS);
  return {
    title: item.title,
    content: writeSafely(blocks),
    ...(part !== undefined && { part }),
    ...(synopsis !== '' && { synopsis }),
    ...(marksIncluded && ![item, ...scenes].some(({ included }) => included) && { included: false }),
    ...(notes.length > 0 && { notes }),
  };
}

/** The files beside the binder. */
class ScrivenerFiles {
  readonly losses: Pick<RtfDocument, 'pictures'> = { pictures: 0 };
  blanksBroke = false;
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #root: string;

  constructor(files: ReadonlyMap<string, Uint8Array>, root: string) {
    this.#files = files;
    this.#root = root;
  }

  hasText(item: BinderItem): boolean {
    return this.#find(item, 'content.rtf', '.rtf') !== undefined || this.#find(item, 'content.txt', '.txt') !== undefined;
  }

  /** @param notes takes what the author wrote beside the text */
  read(item: BinderItem, notes: string[]): Block[] {
    const rtf = this.#find(item, 'content.rtf', '.rtf');
    const plain = this.#find(item, 'content.txt', '.txt');
    const comments = this.#readComments(item);
    const linked: LinkedNotes = new Map(comments.flatMap(({ address, isNote, document }) => (isNote ? [[address, { ...createNote(), blocks: groupBlocks(document.blocks, false) }]] : [])));
    const blocks = rtf ? this.#readRtf(rtf, item, notes, linked) : plain ? paragraphsOf(decodeText(plain, item.title)) : [];
    const beside = this.#find(item, 'notes.rtf', '_notes.rtf');
    if (beside) notes.push(plainOf(readRtf(beside, item.title)));
    // A footnote that no text leads to stands beside it, as a comment does.
    for (const { address, isNote, document } of comments) if (!isNote || linked.has(address)) notes.push(plainOf(document));
    const kept = notes.filter(Boolean);
    notes.splice(0, notes.length, ...kept);
    const breaks = blanksBreakScenes(blocks);
    this.blanksBroke ||= breaks;
    return groupBlocks(blocks, breaks);
  }

  synopsis(item: BinderItem): string {
    const bytes = this.#find(item, 'synopsis.txt', '_synopsis.txt');
    return bytes ? decodeText(bytes, `${item.title}’s synopsis`).trim() : '';
  }

  /** What the author wrote beside a place of the text, and what of it are footnotes. */
  #readComments(item: BinderItem): { address: string; isNote: boolean; document: RtfDocument }[] {
    const comments = this.#find(item, 'content.comments', '.comments');
    if (!comments) return [];
    return [...findElements(parseXml(decodeText(comments, item.title), item.title), 'Comment')].map(({ attributes, text }) => ({
      address: `scrivcmt://${attributes['ID'] ?? ''}`,
      isNote: attributes['Footnote'] === 'Yes',
      document: readRtf(new TextEncoder().encode(text.trim()), item.title),
    }));
  }

  #readRtf(bytes: Uint8Array, { title }: BinderItem, notes: string[], linked: LinkedNotes): SourceBlock[] {
    const document = readRtf(bytes, title, linked);
    this.losses.pictures += document.pictures;
    notes.push(...document.annotations);
    return document.blocks;
  }

  /** Version 3 has a folder for each document, version 2 files with its number. */
  #find({ id }: BinderItem, name: string, ending: string): Uint8Array | undefined {
    return this.#files.get(`${this.#root}Files/Data/${id}/${name}`) ?? this.#files.get(`${this.#root}Files/Docs/${id}${ending}`);
  }
}

function paragraphsOf(text: string): SourceBlock[] {
  return text.split('\n').map((line): SourceBlock => (line.trim() === '' ? { kind: 'blank' } : { kind: 'paragraph', inlines: [{ kind: 'text', text: line.trim() }] }));
}

function plainOf({ blocks }: RtfDocument): string {
  return blocks.map((block) => ('inlines' in block ? inlineText(block.inlines) : '')).filter(Boolean).join('\n');
}

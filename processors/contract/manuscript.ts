/**
 * What the import reads and what a compile is given. The compiler reads a manuscript chapter by chapter, so a
 * text may come from a store only when its turn comes; a million words never stand in memory at once.
 */
import type { CompiledBookV1, CompiledChapter, CompileLayout, MatterItem, TextOrigin } from '#schemas/generated/types.ts';
import type { ReadPicture } from './pictures.ts';

export type CompileFormat = CompiledBookV1['format'];

export type Edition = 'draft' | 'expansion';

/** How words came about: written by the author, grown by a model and edited by the author, grown by a model. */
export type WordOrigin = keyof Pick<TextOrigin, 'author' | 'model_edited' | 'model'>;

export interface ProvenanceRun {
  /** Where it ends, and the next one begins: a UTF-16 offset into the Markdown. */
  end: number;
  origin: WordOrigin;
}

/** Who wrote which part of a text. */
export interface Provenance {
  /** In order; together they are the whole text. */
  runs: readonly ProvenanceRun[];
  /** What they are called. */
  models: readonly string[];
}

/** One chapter as it is compiled: which text was chosen, and where it is from. */
export interface ManuscriptChapter {
  id: string;
  title: string;
  edition: Edition;
  /** A part of this title begins with this chapter. */
  part?: string;
  /** False: it has no number. */
  numbered?: boolean;
  /** The blob the text is from; absent where there is none, such as a folder of files. */
  blob_id?: string;
  blob_version?: number;
  /** The draft, since an expansion was asked for and there is none. */
  isFallback?: boolean;
  /** How its text was chosen; absent: as `edition` says. */
  chosen?: CompiledChapter['chosen'];
  /** Absent: all of it is the author's. */
  provenance?: Provenance;
  markdown: string;
}

/** What is read of a chapter when its turn comes. */
export type ChapterText = Pick<ManuscriptChapter, 'markdown' | 'blob_version' | 'chosen' | 'provenance'>;

/** A chapter whose text is fetched when the compiler gets to it. Null: the text is missing. */
export interface ManuscriptChapterSource extends Omit<ManuscriptChapter, keyof ChapterText> {
  read(): Promise<ChapterText | null>;
}

export interface Manuscript {
  title: string;
  subtitle?: string;
  author: string;
  /** Who submits it, a line each. */
  contact?: string;
  /** BCP 47; English where it is absent. */
  language?: string;
  /** What stands before and after the chapters, in its order. */
  matter?: readonly Pick<MatterItem, 'kind' | 'title' | 'text'>[];
  chapters: readonly (ManuscriptChapter | ManuscriptChapterSource)[];
  /** The address of the picture on its cover; empty or absent: the cover is drawn. */
  cover?: string;
  /** Absent: descriptions stand for pictures. */
  readPicture?: ReadPicture;
}

/** Which text a chapter gives. */
export interface CompileSource {
  chapter_id: string;
  blob_id: string;
  edition: Edition;
  /** At least this version: an older one has not arrived yet. */
  blob_version?: number;
  /** An expansion was asked for, and there is none. */
  is_fallback?: boolean;
}

/** A job's config for the book compiler. */
export interface CompileConfig {
  format: CompileFormat;
  sources: CompileSource[];
  layout: CompileLayout;
  /** These chapters alone; absent: all that are included. */
  chapter_ids?: string[];
  /** Pictures that are known to be there: one that has not arrived yet is waited for. */
  picture_ids?: string[];
}

export interface ManuscriptFile {
  /** Relative to the folder, with slashes. */
  path: string;
  bytes: Uint8Array;
}

/** What an author picks: a folder with `book.json` and Markdown, or one file that holds a book. */
export type ImportInput =
  | { kind: 'folder'; name: string; files: ManuscriptFile[] }
  | { kind: 'file'; name: string; bytes: Uint8Array };

export interface ImportedChapter {
  title: string;
  /** Markdown of 0 to 1,000,000 characters (`text-input-v2`). */
  content: string;
  /** A part of this title begins with this chapter. */
  part?: string;
  /** False: it has no number. */
  numbered?: boolean;
  /** Of 0 to 20,000 characters (`book-v1`). */
  synopsis?: string;
  /** False: compiles leave it out. */
  included?: boolean;
  /** What was written beside the text: comments, annotations, a document's notes. */
  notes?: string[];
}

/** The texts name it `image:<id>`, by an id that it has in this import alone. */
export interface ImportedPicture {
  id: string;
  /** A JPEG, PNG or GIF that a book can hold. */
  bytes: Uint8Array;
  name: string;
}

export interface ImportedManuscript {
  title: string;
  /** Empty where the input names none. */
  author: string;
  /** BCP 47; empty where the input names none. */
  language: string;
  subtitle?: string;
  /** Who submits it, a line each. */
  contact?: string;
  /** Front and back matter, in its order. */
  matter?: MatterItem[];
  /** The id of the picture on its cover. */
  cover?: string;
  pictures?: ImportedPicture[];
  chapters: ImportedChapter[];
  /** What was changed on the way in, a sentence each: nothing is dropped without one. */
  warnings: string[];
}

export interface ImportOptions {
  signal: AbortSignal;
  onProgress(progress: { done: number; total: number; message?: string }): void;
}

export type ReadManuscript = (input: ImportInput, options: ImportOptions) => Promise<ImportedManuscript>;

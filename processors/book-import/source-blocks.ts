import type { Block, Inline } from '../book-compiler/model.ts';

/** A block of what is imported, or what the import needs to know beside the blocks. */
export type SourceBlock = Block | { kind: 'title'; inlines: Inline[] } | { kind: 'subtitle'; inlines: Inline[] } | { kind: 'blank' } | SourceNote | SourceListItem;

/** What somebody wrote beside the text, at this place. */
interface SourceNote {
  kind: 'note';
  text: string;
}

interface SourceListItem {
  kind: 'item';
  level: number;
  ordered: boolean;
  inlines: Inline[];
}

/** What a book's front and back matter is made of, in the order of a printed book (The Chicago Manual of Style, 1.4). */
import type { MatterItem } from '#schemas/generated/types.ts';

export type MatterKind = MatterItem['kind'];

const FRONT: readonly MatterKind[] = ['half-title', 'title-page', 'copyright', 'dedication', 'epigraph', 'contents', 'foreword'];
const BACK: readonly MatterKind[] = ['acknowledgements', 'about-the-author', 'also-by'];

export const MATTER_KINDS: readonly MatterKind[] = [...FRONT, ...BACK];

export function isFrontMatter(kind: MatterKind): boolean {
  return FRONT.includes(kind);
}

/** What a new one begins with. Each compile fills in its fields; a line whose fields have no value is left out. */
const TEMPLATES: Partial<Record<MatterKind, string>> = {
  copyright: 'Copyright © {year} {author}\n\nAll rights reserved. No part of this book may be reproduced without the author’s permission, except for brief quotations in reviews.\n\nThis is a work of fiction. Names, characters, places and events are the author’s invention or are used fictitiously.\n\n{edition}\n\nISBN {isbn}\n\n{publisher}',
};

export function matterTemplate(kind: MatterKind): string {
  return TEMPLATES[kind] ?? '';
}

/** Where a new one goes among those that are there: behind the last of those that stand before it in a printed book. */
export function placeForMatter(matter: readonly MatterItem[], kind: MatterKind): number {
  const rank = MATTER_KINDS.indexOf(kind);
  return matter.findLastIndex((item) => MATTER_KINDS.indexOf(item.kind) <= rank) + 1;
}

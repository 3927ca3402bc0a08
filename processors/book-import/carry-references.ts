import type { Tree } from '@lezer/common';
import type { ImportedChapter } from '../contract/manuscript.ts';

/**
 * Link definitions stand where the author put them, often at the end of the file. When the file is split, a chapter
 * whose links they serve gets its own copy, and the one that only held them loses them.
 */
export function carryReferences(chapters: readonly ImportedChapter[], tree: Tree, body: string): ImportedChapter[] {
  const definitions: { label: string; text: string }[] = [];
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    const label = node.name === 'LinkReference' ? node.getChild('LinkLabel') : null;
    if (label) definitions.push({ label: body.slice(label.from, label.to).toLowerCase(), text: body.slice(node.from, node.to) });
  }
  return definitions.reduce(carryOne, [...chapters]);
}

function carryOne(chapters: ImportedChapter[], { label, text }: { label: string; text: string }): ImportedChapter[] {
  const uses = (content: string): boolean => content.replace(text, '').toLowerCase().includes(label);
  if (!chapters.some((chapter) => uses(chapter.content))) return chapters;
  return chapters.map((chapter) => {
    const holds = chapter.content.includes(text);
    if (uses(chapter.content) === holds) return chapter;
    return { ...chapter, content: holds ? chapter.content.replace(text, '').trim() : `${chapter.content}\n\n${text}` };
  });
}

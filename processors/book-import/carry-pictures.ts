import { parseProse } from '../contract/prose-markdown.ts';

/** An address that leads out of a folder, or is a picture of a library. */
const ELSEWHERE = /^(?:[a-z][a-z\d+.-]*:|\/|#)/i;

/**
 * Markdown whose pictures are files beside it, with other addresses for them.
 * @param find the new address of a path as the text has it, decoded; null: the old one stays
 */
export function carryPictures(markdown: string, find: (path: string) => string | null): string {
  if (!markdown.includes('![')) return markdown;
  let carried = '';
  let from = 0;
  parseProse(markdown).iterate({
    enter({ name, node }) {
      if (name !== 'Image') return;
      const url = node.getChild('URL');
      if (!url) return;
      const path = decodeAddress(markdown.slice(url.from, url.to));
      const address = path === '' || ELSEWHERE.test(path) ? null : find(path);
      if (address === null || url.from < from) return;
      carried += markdown.slice(from, url.from) + address;
      from = url.to;
    },
  });
  return carried + markdown.slice(from);
}

function decodeAddress(written: string): string {
  const plain = written.replace(/^<|>$/g, '').replace(/\\([!-/:-@[-`{-~])/g, '$1');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain; // a percent sign of its own
  }
}

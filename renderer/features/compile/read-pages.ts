/** As much of a file's beginning as the first pages can hold: reading all of a long chapter would hold up the window. */
const MOST_CHARACTERS = 200_000;
const MOST_BLOCKS = 150;

/** Headings stand one above another within the dialog, below its own. */
const TAGS: Record<string, string> = { h1: 'h3', h2: 'h4', h3: 'h5', h4: 'h6', h5: 'h6', a: 'span' };
/** Of a picture, all that is long: it stands beside the text while that is cut. */
const PICTURES = / src="(data:image\/(?:png|jpeg|gif);base64,[\w+/=]*)"/g;
const KNOWN = new Set(['section', 'header', 'p', 'span', 'em', 'strong', 'code', 'br', 'hr', 'pre', 'blockquote', 'ul', 'ol', 'li', 'sup', 'h3', 'h4', 'h5', 'h6']);

/**
 * The title, front matter and first chapters of a compiled page (writers/html.ts), to be shown: nothing in it leads anywhere, loads anything or has a name that the
 * window knows. What stands after the chapters is left out, since these are not all of them.
 */
export function readPages(html: string): HTMLElement[] {
  const pictures: string[] = [];
  const text = html.replace(PICTURES, (_attribute, address: string) => ` data-picture="${pictures.push(address) - 1}"`);
  const parsed = new DOMParser().parseFromString(text.slice(0, MOST_CHARACTERS), 'text/html');
  const sections = [...parsed.querySelectorAll('main > *')];
  const last = sections.findLastIndex(({ id }) => id.startsWith('chapter-'));
  return [...parsed.querySelectorAll('body > header'), ...sections.slice(0, last + 1)].map((section) => copy(section, pictures, MOST_BLOCKS) as HTMLElement);
}

function copy(node: Node, pictures: readonly string[], mostChildren: number): Node {
  if (!(node instanceof Element)) return document.createTextNode(node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : '');
  if (node instanceof HTMLImageElement) return Object.assign(document.createElement('img'), { src: pictures[Number(node.dataset['picture'])] ?? '', alt: node.alt });
  const name = TAGS[node.localName] ?? node.localName;
  const made = document.createElement(KNOWN.has(name) ? name : 'div');
  if (node.className !== '') made.className = node.className;
  for (const child of [...node.childNodes].slice(0, mostChildren)) made.append(copy(child, pictures, Infinity));
  return made;
}

import { Parser } from 'htmlparser2';
import { RectoError } from '#schemas/errors.ts';

export interface XmlElement {
  /** Without its prefix. */
  name: string;
  /** By their names as written. */
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** Its own, not its children's. */
  text: string;
}

const DEEPEST = 200;
const MOST_ELEMENTS = 500_000;

/**
 * A small XML file (a package, a table of contents) as a tree. Entities that it declares itself are never expanded.
 * @param label what the author knows the file by
 * @throws RectoError too_large
 */
export function parseXml(xml: string, label: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let count = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        count += 1;
        if (open.length > DEEPEST || count > MOST_ELEMENTS) throw new RectoError('too_large', `“${label}” has more in its list of contents than any book. Nothing was imported.`);
        const element: XmlElement = { name: name.replace(/^.*:/, ''), attributes, children: [], text: '' };
        open.at(-1)!.children.push(element);
        open.push(element);
      },
      ontext(text) {
        open.at(-1)!.text += text;
      },
      onclosetag() {
        if (open.length > 1) open.pop();
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return root;
}

/** All of a name below an element, in order. */
export function* findElements(element: XmlElement, name: string): Generator<XmlElement> {
  for (const child of element.children) {
    if (child.name === name) yield child;
    yield* findElements(child, name);
  }
}

export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  for (const found of findElements(element, name)) return found;
  return undefined;
}

/** Its text and its children's, in one line. */
export function textOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  return [element.text, ...element.children.map(textOf)].join(' ').replace(/\s+/g, ' ').trim();
}

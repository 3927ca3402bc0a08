/** A Scrivener project's binder (.scrivx), of versions 2 and 3. */
import { decodeMarkup } from './decode-markup.ts';
import { findElement, parseXml, textOf, type XmlElement } from './parse-xml.ts';

export interface BinderItem {
  /** What its files are named by. */
  id: string;
  title: string;
  isFolder: boolean;
  /** Scrivener's own “Include in Compile”. */
  included: boolean;
  children: BinderItem[];
}

export interface Binder {
  /** Empty where the project names none. */
  title: string;
  author: string;
  draft: BinderItem[];
  /** What lies outside of the draft: research, templates, the trash. */
  others: BinderItem[];
}

/** @throws RectoError import_not_utf8, too_large */
export function readBinder(bytes: Uint8Array, path: string): Binder {
  const project = parseXml(decodeMarkup(bytes, path), path);
  const root = findElement(project, 'ScrivenerProject');
  const items = (findElement(project, 'Binder')?.children ?? []).filter(({ name }) => name === 'BinderItem');
  const isDraft = ({ attributes }: XmlElement): boolean => attributes['Type'] === 'DraftFolder';
  return {
    title: textOf(findElement(project, 'ProjectTitle')),
    author: textOf(findElement(project, 'FullName')) || (root?.attributes['Author'] ?? ''),
    draft: items.filter(isDraft).flatMap((item) => readItem(item).children),
    others: items.filter((item) => !isDraft(item)).map(readItem),
  };
}

function readItem(element: XmlElement): BinderItem {
  const { attributes } = element;
  const own = (name: string): XmlElement | undefined => element.children.find((child) => child.name === name);
  const meta = own('MetaData');
  return {
    id: attributes['UUID'] ?? attributes['ID'] ?? '',
    title: textOf(own('Title')),
    isFolder: attributes['Type'] !== 'Text',
    included: textOf(meta && findElement(meta, 'IncludeInCompile')).toLowerCase() === 'yes',
    children: (own('Children')?.children ?? []).filter(({ name }) => name === 'BinderItem').map(readItem),
  };
}

export function* allItems(items: readonly BinderItem[]): Generator<BinderItem> {
  for (const item of items) {
    yield item;
    yield* allItems(item.children);
  }
}

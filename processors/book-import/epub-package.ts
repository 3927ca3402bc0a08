/** What an EPUB says of itself (https://www.w3.org/TR/epub-33/#sec-package-doc): its name, its pages in order, its contents. */
import { RectoError } from '#schemas/errors.ts';
import { decodeMarkup } from './decode-markup.ts';
import { findElement, findElements, parseXml, textOf, type XmlElement } from './parse-xml.ts';

export interface EpubPackage {
  title: string;
  author: string;
  language: string;
  /** Paths of its pages inside the zip, in the order in which they are read; each once. */
  pages: string[];
  /** Titles that its contents give, by page. */
  contents: ReadonlyMap<string, string[]>;
  /** The path of the picture on its cover; empty where it names none. */
  cover: string;
}

/** @throws RectoError import_damaged, import_unsupported, too_large */
export function readEpubPackage(files: ReadonlyMap<string, Uint8Array>, label: string): EpubPackage {
  const path = findElement(readXml(files, 'META-INF/container.xml', label), 'rootfile')?.attributes['full-path'] ?? '';
  const opf = readXml(files, path, label);
  const manifest = new Map([...findElements(findElement(opf, 'manifest') ?? opf, 'item')].map((item) => [item.attributes['id'] ?? '', item.attributes]));
  const spine = findElement(opf, 'spine');
  const navigation = [...manifest.values()].find(({ properties = '' }) => properties.split(/\s+/).includes('nav'));
  const navPath = navigation && resolvePath(path, navigation['href'] ?? '');
  const pages = [...(spine ? findElements(spine, 'itemref') : [])].flatMap(({ attributes: { idref = '', linear } }) => {
    const item = manifest.get(idref);
    return item === undefined || linear === 'no' ? [] : [resolvePath(path, item['href'] ?? '')];
  });
  const own = [...new Set(pages)].filter((page) => page !== navPath && /\.(?:x?html?|xml|htm)$/i.test(page));
  refuseProtected(files, own, label);
  const metadata = findElement(opf, 'metadata') ?? opf;
  return {
    title: textOf(findElement(metadata, 'title')),
    author: [...findElements(metadata, 'creator')].map(textOf).filter(Boolean).join(', '),
    language: textOf(findElement(metadata, 'language')),
    pages: own,
    cover: resolvePath(path, findCover(manifest, metadata)),
    contents: readContents(files, navPath, resolvePath(path, manifest.get(spine?.attributes['toc'] ?? '')?.['href'] ?? ''), label),
  };
}

function readXml(files: ReadonlyMap<string, Uint8Array>, path: string, label: string): XmlElement {
  const bytes = files.get(path);
  if (!bytes) throw new RectoError('import_damaged', `“${label}” is damaged (it lacks ${path || 'the list of its pages'}). Nothing was imported.`);
  return parseXml(decodeMarkup(bytes, path), label);
}

/** Fonts may be obfuscated; pages that are encrypted are a shop's copy protection. */
function refuseProtected(files: ReadonlyMap<string, Uint8Array>, pages: readonly string[], label: string): void {
  if (!files.has('META-INF/encryption.xml')) return;
  const encrypted = new Set([...findElements(readXml(files, 'META-INF/encryption.xml', label), 'CipherReference')].map(({ attributes }) => resolvePath('', attributes['URI'] ?? '')));
  if (pages.some((page) => encrypted.has(page))) throw new RectoError('import_unsupported', `“${label}” is copy-protected (DRM), so its text can’t be read. Nothing was imported. Import the manuscript that it was made from.`);
}

function readContents(files: ReadonlyMap<string, Uint8Array>, navPath: string | undefined, ncxPath: string, label: string): Map<string, string[]> {
  const contents = new Map<string, string[]>();
  const take = (from: string, address: string, title: string): void => {
    const page = resolvePath(from, address);
    if (title !== '') contents.set(page, [...(contents.get(page) ?? []), title]);
  };
  if (navPath !== undefined && files.has(navPath)) {
    const navs = [...findElements(readXml(files, navPath, label), 'nav')];
    const toc = navs.find(({ attributes }) => (attributes['epub:type'] ?? '').split(/\s+/).includes('toc')) ?? navs[0];
    if (toc) for (const link of findElements(toc, 'a')) take(navPath, link.attributes['href'] ?? '', textOf(link));
  } else if (files.has(ncxPath)) {
    for (const point of findElements(readXml(files, ncxPath, label), 'navPoint')) take(ncxPath, findElement(point, 'content')?.attributes['src'] ?? '', textOf(findElement(point, 'navLabel')));
  }
  return contents;
}

/** EPUB 3 marks the picture itself, EPUB 2 names it in its metadata. */
function findCover(manifest: ReadonlyMap<string, Record<string, string>>, metadata: XmlElement): string {
  const marked = [...manifest.values()].find(({ properties = '' }) => properties.split(/\s+/).includes('cover-image'));
  const named = [...findElements(metadata, 'meta')].find(({ attributes }) => attributes['name'] === 'cover')?.attributes['content'] ?? '';
  return (marked ?? manifest.get(named))?.['href'] ?? '';
}

/** The path inside the zip of an address in the file at `from`. */
export function resolvePath(from: string, address: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of decodeAddress(address.replace(/[?#].*$/, '')).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function decodeAddress(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address; // a percent sign that is a name's own
  }
}

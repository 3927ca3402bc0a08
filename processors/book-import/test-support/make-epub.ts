/** Small EPUBs, good and hostile. */
import { ZipWriter } from '../../book-compiler/zip.ts';

export interface EpubParts {
  /** Pages by file name, in their order; the body's inside, or a whole page where it starts with `<`+`?xml`. */
  pages: Record<string, string>;
  /** Titles by address, such as `a.xhtml#x`; none: no contents. */
  contents?: [address: string, title: string][];
  /** `ncx`: as EPUB 2 has its contents. */
  version?: 'nav' | 'ncx';
  extra?: (zip: ZipWriter) => void;
}

export function makeEpub({ pages, contents = [], version = 'nav', extra }: EpubParts): Uint8Array {
  const zip = new ZipWriter();
  zip.store('mimetype', 'application/epub+zip');
  zip.add('META-INF/container.xml', '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>');
  const names = Object.keys(pages);
  const items = names.map((name, index) => `<item id="p${index}" href="${encodeURI(name)}" media-type="application/xhtml+xml"/>`).join('');
  zip.add(
    'OPS/book.opf',
    `<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The &amp; Sea</dc:title><dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator><dc:language>fr</dc:language></metadata><manifest>${items}<item id="nav" href="nav.xhtml"${version === 'nav' ? ' properties="nav"' : ''}/><item id="ncx" href="toc.ncx"/></manifest><spine toc="ncx">${names.map((_, index) => `<itemref idref="p${index}"/>`).join('')}</spine></package>`,
  );
  if (version === 'nav') zip.add('OPS/nav.xhtml', `<html xmlns:epub="x"><body><nav epub:type="toc"><ol>${contents.map(([address, title]) => `<li><a href="${address}"><span>${title}</span></a></li>`).join('')}</ol></nav></body></html>`);
  else zip.add('OPS/toc.ncx', `<ncx><navMap>${contents.map(([address, title]) => `<navPoint><navLabel><text>${title}</text></navLabel><content src="${address}"/></navPoint>`).join('')}</navMap></ncx>`);
  for (const [name, body] of Object.entries(pages)) zip.add(`OPS/${name}`, body.startsWith('<?xml') ? body : `<html><head><title>x</title><link href="s.css"/></head><body>${body}</body></html>`);
  extra?.(zip);
  return zip.finish();
}

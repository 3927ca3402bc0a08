/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** The most that common file systems take is 255 bytes; some of it is for the extension and a copy's number. */
const MAX_BYTES = 200;

/** A file name made of a title that every file system takes. */
export function fileNameFor(title: string, extension: string): string {
  // oxlint-disable-next-line no-control-regex -- file systems refuse control characters
  const plain = title.replace(/[\u0000-\u001f<>:"/\\|?*]/g, ' ').replace(/\s+/g, ' ').trim();
  let name = '';
  let bytes = 0;
  for (const character of plain) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > MAX_BYTES) break;
    name += character;
  }
  name = name.replace(/^[. ]+|[. ]+$/g, '');
  if (name === '' || RESERVED.test(name)) name = name === '' ? 'Untitled' : `${name} (book)`;
  return `${name}.${extension}`;
}

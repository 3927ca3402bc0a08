import { extname } from 'node:path';
import { fileNameFor } from '#processors/book-compiler/file-name.ts';
import { RectoError } from '#schemas/errors.ts';

/**
 * What the app saves. A page that was injected into can ask for no program or shortcut: the extension comes from
 * here, never from the name that is suggested.
 */
const MEDIA_TYPES: Record<string, { name: string; extensions: [string, ...string[]] }> = {
  'application/epub+zip': { name: 'EPUB book', extensions: ['epub'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { name: 'Word document', extensions: ['docx'] },
  'application/json': { name: 'JSON', extensions: ['json'] },
  'application/pdf': { name: 'PDF document', extensions: ['pdf'] },
  'application/zip': { name: 'Zip archive', extensions: ['zip'] },
  'text/html': { name: 'Web page', extensions: ['html', 'htm'] },
  'text/markdown': { name: 'Markdown text', extensions: ['md', 'markdown'] },
  'text/plain': { name: 'Plain text', extensions: ['txt', 'text'] },
};

export interface SaveProposal {
  /** A file name that every file system takes. */
  name: string;
  extension: string;
  filters: { name: string; extensions: string[] }[];
}

/**
 * @param suggestedName any text
 * @param mediaType may carry parameters, such as a charset
 * @throws RectoError malformed: nothing that Recto saves
 */
export function proposeFile(suggestedName: string, mediaType: string): SaveProposal {
  const essence = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  const kind = Object.hasOwn(MEDIA_TYPES, essence) ? MEDIA_TYPES[essence] : undefined;
  if (!kind) throw new RectoError('malformed', `Recto saves no files of the kind “${mediaType}”.`);
  const given = extname(suggestedName).slice(1).toLowerCase();
  const known = kind.extensions.includes(given);
  const extension = known ? given : kind.extensions[0];
  const stem = known ? suggestedName.slice(0, -extension.length - 1) : suggestedName;
  return { name: fileNameFor(stem, extension), extension, filters: [{ name: kind.name, extensions: kind.extensions }, { name: 'All files', extensions: ['*'] }] };
}

const PREVIEW_LENGTH = 160;

/** The fields that hold a derived blob's text, the most telling first. */
const TEXT_FIELDS = ['expanded', 'content', 'file_name', 'title'] as const;

/**
 * The beginning of a derived blob's text, cut at a word, as in the seed's “The mighty vessel...”.
 * @param doc the blob as JSON text
 * @returns undefined where the blob is gone or holds no text
 */
export function findPreview(doc: string | undefined): string | undefined {
  if (doc === undefined) return undefined;
  const { data } = JSON.parse(doc) as { data: Record<string, unknown> };
  const text = TEXT_FIELDS.map((field) => data[field]).find((value) => typeof value === 'string' && value.trim() !== '');
  if (typeof text !== 'string') return undefined;
  const line = text.slice(0, PREVIEW_LENGTH * 4).replace(/\s+/g, ' ').trim();
  if (line.length <= PREVIEW_LENGTH) return line;
  const cut = line.slice(0, PREVIEW_LENGTH);
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > 0 ? cut.slice(0, lastSpace) : cut).replace(/[\uD800-\uDBFF]$/, '')}...`;
}

/** What a compile's manifest says of how the words came about, for people: a sentence, and the statement that shops ask for. */
import type { CompiledBookV1, CompiledChapter, TextOrigin } from '#schemas/generated/types.ts';
import { apportion } from './apportion.ts';

const ORIGINS = ['author', 'model_edited', 'model'] as const;

/** Percents as they are said, of the author, of edited and of model; together 100. What there is little of is never 0. */
function percents(origin: TextOrigin): string[] {
  const words = ORIGINS.map((name) => origin[name]);
  const has = words.filter((count) => count > 0).length;
  return apportion(100, words).map((percent, index) => {
    if (percent === 0) return (words[index] ?? 0) > 0 ? 'under 1 %' : '0 %';
    return percent === 100 && has > 1 ? 'over 99 %' : `${percent} %`;
  });
}

/** “Written by you 81 %, grown by a model and edited 12 %, by a model 7 %.” @param author who that is: “you”, “the author” */
export function sayOrigin(origin: TextOrigin, author: string): string {
  const [own, edited, grown] = percents(origin);
  const parts = [
    ...(origin.author > 0 ? [`written by ${author} ${own}`] : []),
    ...(origin.model_edited > 0 ? [`grown by a model and edited ${edited}`] : []),
    ...(origin.model > 0 ? [`${origin.author + origin.model_edited > 0 ? '' : 'grown '}by a model ${grown}`] : []),
  ];
  const sentence = parts.join(', ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** How many chapters gave their draft for want of an expansion, as a sentence; '' for none. */
export function sayFallbacks({ chapters }: CompiledBookV1): string {
  const titles = chapters.flatMap(({ chosen, title }, index) => (chosen === 'no-expansion' ? [`“${title || `Chapter ${index + 1}`}”`] : []));
  if (titles.length === 0) return '';
  const named = `${titles.slice(0, 3).join(', ')}${titles.length > 3 ? ` and ${titles.length - 3} more` : ''}`;
  return `No expansion of ${named}: the draft is in the file.`;
}

const CHOSEN: Record<NonNullable<CompiledChapter['chosen']>, string> = {
  draft: 'draft',
  expansion: 'expansion',
  'edited-expansion': 'expansion, edited',
  'no-expansion': 'draft (no expansion)',
};

const count = (words: number): string => String(words).replace(/\B(?=(\d{3})+$)/g, ',');

/** The manifest as plain text, such as a shop's form or an agent's letter can be answered from. The same manifest gives the same text. */
export function writeStatement(manifest: CompiledBookV1): string {
  const { title, author, origin, chapters, words_out, file_name, size_bytes, sha256, replaced = [] } = manifest;
  const book = `${title ?? file_name}${author ? `, by ${author}` : ''}`;
  const lines = [
    'How this text came about',
    '',
    book,
    `${count(words_out)} words in ${count(chapters.length)} ${chapters.length === 1 ? 'chapter' : 'chapters'}, without front and back matter`,
    '',
    ...(origin ? [...originLines(origin), ''] : []),
    'A paragraph counts as the author’s where the author wrote it or where it stands in the draft word by word; as edited where it began as a model’s and the author changed it; else as a model’s. Text that was pasted or imported counts as the author’s.',
    '',
    'Chapter by chapter: written by the author / grown by a model and edited / grown by a model',
    '',
    ...chapters.map(chapterLine),
    '',
    `File: ${file_name}, ${count(size_bytes)} bytes`,
    `SHA-256: ${sha256}`,
    ...(replaced.length > 0 ? ['', 'Replaced in this format:', ...replaced.map((line) => `- ${line}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function originLines(origin: TextOrigin): string[] {
  const [own, edited, grown] = percents(origin);
  const line = (name: string, words: number, percent: string | undefined): string => `${name.padEnd(40)}${count(words).padStart(10)} words  ${percent}`;
  return [
    line('Written by the author', origin.author, own),
    line('Grown by a model, edited by the author', origin.model_edited, edited),
    line('Grown by a model', origin.model, grown),
    ...(origin.models ? [`Models: ${origin.models.map((name) => (name === 'built-in' ? 'built-in (rules of Recto’s own, no model)' : name)).join(', ')}`] : []),
  ];
}

function chapterLine({ title, words, chosen, origin }: CompiledChapter, index: number): string {
  const shares = origin && words > 0 ? `${percents(origin).join(' / ')} of ${count(words)} words` : `${count(words)} words`;
  return `${index + 1}. ${title || 'Untitled'}: ${shares}${chosen ? `; ${CHOSEN[chosen]}` : ''}`;
}

/** The manifest as a file. */
export function writeManifest(manifest: CompiledBookV1): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Random manuscripts whose words are known by how they are made. */
import * as fc from 'fast-check';

/** Markdown, and the words that a reader must see of it, in order. */
export interface Known {
  markdown: string;
  words: string[];
  /** The same with what plain text adds: bullets, numbers, scene breaks. */
  textWords: string[];
}

export interface KnownChapter extends Known {
  title: string;
}

const LETTERS = [...'aeiorstnlABZéßøñ', ...'дЖя', ...'שלום', ...'مرحبا', ...'漢字かな한글', '👩‍🚀', '🌊', '𝔄', 'e\u0301', '\u2060', '’', '—', '…'];
const PUNCTUATION = [...'<>&"\'*_`[]()#+-.!\\|~=:;,?$%@^{}/0123456789'];
/** What no format can hold; it is left out. */
const CONTROLS = ['\u0000', '\u0007', '\u001b', '\u0090'];

interface Word {
  markdown: string;
  text: string;
}

const letters: fc.Arbitrary<string> = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 6 }).filter((word) => /[\p{L}\p{S}]/u.test(word));

/** A word of letters and escaped punctuation. */
const word: fc.Arbitrary<Word> = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...LETTERS) }, { weight: 3, arbitrary: fc.constantFrom(...PUNCTUATION) }, { weight: 1, arbitrary: fc.constantFrom(...CONTROLS) }), { minLength: 1, maxLength: 8 })
  .map((units) => ({
    markdown: units.map((unit) => (/^[!-/:-@[-`{-~]$/.test(unit) ? `\\${unit}` : unit)).join(''),
    text: units.filter((unit) => !CONTROLS.includes(unit)).join(''),
  }))
  .filter(({ text }) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text));

const words: fc.Arbitrary<Word[]> = fc.array(word, { minLength: 1, maxLength: 6 });

const joined = (list: readonly Word[]): Known => known(list.map(({ markdown }) => markdown).join(' '), list.map(({ text }) => text));

function known(markdown: string, list: string[], textWords = list): Known {
  return { markdown, words: list, textWords };
}

const plain = words.map(joined);

const inline: fc.Arbitrary<Known> = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 2, arbitrary: letters.map((text) => known(`*${text}*`, [text])) },
  { weight: 2, arbitrary: letters.map((text) => known(`**${text}**`, [text])) },
  { weight: 1, arbitrary: fc.tuple(letters, letters).map(([a, b]) => known(`*${a} **${b}***`, [a, b])) },
  { weight: 1, arbitrary: fc.tuple(letters, letters).map(([a, b]) => known(`\`${a} <&"*${b}\``, [a, `<&"*${b}`])) },
  { weight: 1, arbitrary: letters.map((text) => known(`[${text}](https://example.org/a?b=1&c="2")`, [text])) },
  { weight: 1, arbitrary: letters.map((text) => known(`[${text}](javascript:alert(1))`, [text])) },
  { weight: 1, arbitrary: letters.map((text) => known(`![${text}](a.png)`, [text])) },
  { weight: 1, arbitrary: letters.map((text) => known(`<b class="x">${text}</b>`, splitOnSpace(`<b class="x">${text}</b>`))) },
  { weight: 1, arbitrary: letters.map((text) => known(`<script>${text}</script>`, [`<script>${text}</script>`])) },
  { weight: 1, arbitrary: letters.map((text) => known(`[${text}]`, [`[${text}]`])) },
  { weight: 1, arbitrary: fc.constantFrom(known('&amp;&lt;&mdash;', ['&<—']), known('a&nosuch;b', ['a&nosuch;b']), known('&#x1F30A;', ['🌊'])) },
);

function splitOnSpace(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

const concat = (parts: readonly Known[], separator: string): Known =>
  known(parts.map((part) => part.markdown).join(separator), parts.flatMap((part) => part.words), parts.flatMap((part) => part.textWords));

const paragraph = fc.tuple(fc.array(inline, { minLength: 1, maxLength: 5 }), fc.constantFrom(' ', '\n', '\\\n', '  \n')).map(([parts, separator]) => {
  const { markdown, ...rest } = concat(parts, separator);
  // A tag at the start of a line would begin a block of raw HTML, which is another case.
  return { markdown: markdown.replace(/^(?=<)/gm, 'x '), ...countStarts(markdown, rest, parts, separator) };
});

/** The `x` that stands before a tag at a line's start is a word too. */
function countStarts(markdown: string, rest: Omit<Known, 'markdown'>, parts: readonly Known[], separator: string): Omit<Known, 'markdown'> {
  if (!/^</m.test(markdown)) return rest;
  const list: string[] = [];
  let atStart = true;
  for (const part of parts) {
    if (atStart && part.markdown.startsWith('<')) list.push('x');
    list.push(...part.words);
    atStart = separator.includes('\n');
  }
  return { words: list, textWords: list };
}

/** A comment between two blocks keeps neighbouring lists apart, and is no word. */
const APART = '\n\n<!-- -->\n\n';

const indent = (text: string, by: string): string => text.replace(/\n/g, `\n${by}`);

const { block } = fc.letrec<{ block: Known }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'block' },
    { weight: 8, arbitrary: paragraph },
    { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 1, max: 6 }), plain).map(([level, text]) => ({ ...text, markdown: `${'#'.repeat(level)} ${text.markdown}` })) },
    { weight: 1, arbitrary: plain.map((text) => ({ ...text, markdown: `${text.markdown}\n===` })) },
    { weight: 2, arbitrary: fc.constantFrom('* * *', '***', '___').map((markdown) => known(markdown, [], ['*', '*', '*'])) },
    { weight: 1, arbitrary: fc.tuple(letters, letters).map(([a, b]) => known(`\`\`\`js\n${a}\n\n\t<${b}>\n\`\`\``, [a, `<${b}>`])) },
    { weight: 1, arbitrary: letters.map((text) => known(`<div onclick="x">\n${text}\n</div>`, ['<div', 'onclick="x">', text, '</div>'])) },
    { weight: 1, arbitrary: letters.map((text) => known(`<!-- ${text} -->`, [])) },
    { weight: 2, arbitrary: fc.array(tie('block'), { minLength: 1, maxLength: 3 }).map((blocks) => ({ ...concat(blocks, APART), markdown: concat(blocks, APART).markdown.replace(/^/gm, '> ') })) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.boolean(), fc.array(fc.tuple(paragraph, fc.array(tie('block'), { maxLength: 2 })), { minLength: 1, maxLength: 3 })).map(([ordered, items]) => makeList(ordered, items)),
    },
  ),
}));

function makeList(ordered: boolean, items: readonly (readonly [Known, Known[]])[]): Known {
  const entries = items.map(([first, rest], index) => {
    const item = concat([first, ...rest], APART);
    const mark = ordered ? `${index + 1}.` : '-';
    return known(`${mark} ${indent(item.markdown, ' '.repeat(mark.length + 1))}`, item.words, [ordered ? mark : '•', ...item.textWords]);
  });
  return concat(entries, '\n\n');
}

const title: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.array(letters, { minLength: 1, maxLength: 4 }).map((list) => list.join(' ')) },
  { weight: 1, arbitrary: fc.constantFrom('<&">', '# 1. *One*', 'a_b_c [x](y)', '- dash', '`', '\\', '') },
);

interface Note {
  name: string;
  text: Known;
  /** A reference to it, as a block; null: there is none. */
  reference: ((name: string) => string) | null;
  /** Before which blocks reference and note stand. */
  referredAt: number;
  definedAt: number;
}

const note: fc.Arbitrary<Omit<Note, 'name'>> = fc.record({
  text: fc.tuple(plain, fc.option(inline)).map(([first, more]) => (more === null ? first : concat([first, { ...more, markdown: more.markdown.replace(/^(?=<)/, '\\') }], '\n\n    '))),
  reference: fc.constantFrom((name: string) => `see${name}`, (name: string) => `*see${name}*`, (name: string) => `> **see${name}**`, (name: string) => `## see${name}`, (name: string) => `[see${name}](https://e.org)`, null),
  referredAt: fc.nat(6),
  definedAt: fc.nat(6),
});

/** Blocks with notes among them: their words stand behind all others, in the order of their numbers. */
function placeNotes(blocks: readonly Known[], notes: readonly Note[]): Known {
  type Place = 'referredAt' | 'definedAt';
  const placeOf = (each: Note, place: Place): number => Math.min(each[place], blocks.length);
  const inOrder = (place: Place, chosen: readonly Note[]): Note[] => chosen.toSorted((a, b) => placeOf(a, place) - placeOf(b, place));
  const referred = inOrder('referredAt', notes.filter(({ reference }) => reference !== null));
  const loose = inOrder('definedAt', notes.filter(({ reference }) => reference === null));
  const numbers = new Map([...referred, ...loose].map((each, index) => [each, `[${index + 1}]`]));
  const at = (index: number, place: Place, chosen: readonly Note[]): Note[] => chosen.filter((each) => placeOf(each, place) === index);
  const parts = [...blocks, known('', [])].flatMap((block, index) => [
    ...at(index, 'referredAt', referred).map((each) => known(each.reference?.(`[^${each.name}]`) ?? '', ['see'], [`see${numbers.get(each)}`])),
    ...at(index, 'definedAt', notes).map((each) => known(`[^${each.name}]: ${each.text.markdown}`, [])),
    block,
  ]);
  const behind = [...numbers].map(([{ text }, number]) => known('', text.words, [number, ...text.textWords]));
  const looseNumbers = loose.map((each) => numbers.get(each)).join('');
  return concat([...parts, known('', [], looseNumbers === '' ? [] : [looseNumbers]), ...behind], APART);
}

const makeChapters = (notesEach: number): fc.Arbitrary<KnownChapter[]> =>
  fc.array(
    fc.tuple(title, fc.array(block, { maxLength: 6 }), fc.array(note, { maxLength: notesEach })).map(([text, blocks, notes]) => {
      const first = known('opening', ['opening']);
      return { title: text, ...placeNotes([first, ...blocks], notes.map((each, index) => ({ ...each, name: `Ñ-${index}` }))) };
    }),
    { minLength: 1, maxLength: 4 },
  );

/** Chapters, each with its title. */
export const knownChapters = makeChapters(4);

/** The same for what is read page by page: notes stand at the foot of one. */
export const chaptersWithoutNotes = makeChapters(0);

/** Any text at all, of what Markdown gives a meaning to. */
export const anyMarkdown: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab *_`[]()<>!&#-+=>|~.:;1\\"\'\n\n\n \t', '\r\n', '\u0000', '\ud800', '\u2060', '<!--', '-->', '```', '* * *', '    ', '](', '![', '[^a]', '[^b]', '\n\n[^a]: ', '\n[^b]: ', '&amp;', '[a]: b', '<br>'), maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

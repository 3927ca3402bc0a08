/** A typographic cover: title and author on a cloth colour that comes from the title. */
import type { BookHead } from '../model.ts';
import { escapeXml } from '../xml.ts';

const WIDTH = 1600;
const HEIGHT = 2400;
const MARGIN = 200;

/** Bookcloths, dark enough for cream letters (contrast over 7:1). */
const CLOTHS = ['#5a2420', '#1f3a4d', '#2f4034', '#4a2c4f', '#3a3530', '#5b3d1e', '#22404a', '#3d2b2b'];
const CREAM = '#f6efe0';

/** https://www.w3.org/TR/SVG2/, with what SVG 1.1 readers know too. */
export function drawCover(head: BookHead): string {
  const title = setLines(head.title, 190, 5);
  const author = setLines(head.author, 84, 2);
  const cloth = CLOTHS[sumOf(head.title + head.author) % CLOTHS.length] ?? CLOTHS[0];
  const rule = 560 + title.lines.length * title.size * 1.15;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<title>${escapeXml(head.title)}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="${cloth}"/>
<rect x="70" y="70" width="${WIDTH - 140}" height="${HEIGHT - 140}" fill="none" stroke="${CREAM}" stroke-width="3"/>
<rect x="92" y="92" width="${WIDTH - 184}" height="${HEIGHT - 184}" fill="none" stroke="${CREAM}" stroke-width="8"/>
<g fill="${CREAM}" font-family="Georgia, 'Times New Roman', serif" text-anchor="middle">
${drawLines(title, 640)}<path d="M ${WIDTH / 2 - 150} ${Math.round(rule + 60)} h 300" stroke="${CREAM}" stroke-width="4"/>
${drawLines(author, HEIGHT - 340 - (author.lines.length - 1) * author.size)}</g>
</svg>
`;
}

interface SetText {
  lines: string[];
  /** In the cover's units. */
  size: number;
}

/** Breaks a text at its spaces into at most so many lines, at the largest size that lets each fit. */
function setLines(text: string, largest: number, maxLines: number): SetText {
  const words = text === '' ? [] : text.split(' ');
  for (let size = largest; size > 40; size -= 10) {
    const lines = breakLines(words, (WIDTH - 2 * MARGIN) / size);
    if (lines.length <= maxLines && lines.every((line) => widthOf(line) * size <= WIDTH - 2 * MARGIN)) return { lines, size };
  }
  const cut = [...text].slice(0, 120).join('');
  return { lines: breakLines(cut.split(' '), (WIDTH - 2 * MARGIN) / 40).slice(0, maxLines), size: 40 };
}

function breakLines(words: readonly string[], widest: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && widthOf(longer) <= widest) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** In ems, about: a cover can't measure, since it doesn't know its reader's face. CJK and emoji are a square. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 1 : /[\p{Lu}mw—]/u.test(character) ? 0.72 : 0.5;
  return width;
}

function drawLines({ lines, size }: SetText, top: number): string {
  return lines.map((line, index) => `<text x="${WIDTH / 2}" y="${Math.round(top + index * size * 1.15)}" font-size="${size}">${escapeXml(line)}</text>\n`).join('');
}

function sumOf(text: string): number {
  let sum = 7;
  for (let index = 0; index < text.length; index += 1) sum = (sum * 31 + text.charCodeAt(index)) >>> 0;
  return sum;
}

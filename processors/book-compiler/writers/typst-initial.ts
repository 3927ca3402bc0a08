/** A chapter’s first letter, as tall as two or three lines, with the text beside it and then below it. */
import type { Inline } from '../model.ts';
import type { Replacements } from '../replacements.ts';
import { literal, writeInlines } from './typst-text.ts';

/** Opening quotation marks, and the letter with what stands above it. Letters that join their neighbours, and those of East Asia, stay as they are. */
const FIRST_LETTER = /^((?:["'“”‘„‚«‹»›]\s?)*)([\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Hebr}]\p{M}*)(?=[\p{L}\p{M}’'\s])/u;

/** As many letters as three lines of the widest page have room for, and more. */
const BESIDE = 600;

/** @returns null where the paragraph begins with no such letter */
export function writeInitial(inlines: readonly Inline[], replacements: Replacements): string | null {
  const taken = takeFirstLetter(inlines);
  if (taken === null) return null;
  const [mark, letter, rest] = taken;
  const pieces = writePieces(rest, replacements);
  const breaks = pieces.flatMap(({ endsLine }, index) => (endsLine ? [`${index + 1},`] : []));
  // A line’s end parts words when they are read back, as the space does that Typst puts between two pieces.
  return `#initial(${literal(mark)}, ${literal(letter)}, (${pieces.map(({ source }) => `[${source}],`).join('\n')}), (${breaks.join(' ')}))`;
}

function takeFirstLetter([first, ...rest]: readonly Inline[]): [mark: string, letter: string, rest: Inline[]] | null {
  if (first?.kind === 'text') {
    const [start, mark = '', letter = ''] = FIRST_LETTER.exec(first.text) ?? [];
    return start === undefined ? null : [mark, letter, [{ kind: 'text', text: first.text.slice(start.length) }, ...rest]];
  }
  if (first?.kind !== 'emphasis' && first?.kind !== 'strong') return null;
  const inside = takeFirstLetter(first.children);
  return inside && [inside[0], inside[1], [{ ...first, children: inside[2] }, ...rest]];
}

interface Piece {
  source: string;
  /** Whether the author ended a line behind it. */
  endsLine: boolean;
}

/** The text in pieces that stand apart by a space: words as far as they may stand beside the letter, and then the rest in one. */
function writePieces(inlines: readonly Inline[], replacements: Replacements): Piece[] {
  const pieces: Piece[] = [{ source: '', endsLine: false }];
  let letters = 0;
  for (const inline of inlines.flatMap(splitAtSpaces)) {
    const piece = pieces.at(-1)!;
    const text = lastText(inline);
    letters += text.length;
    const isEnd = letters < BESIDE && /[ \n]$/.test(text);
    piece.source += writeInlines([isEnd ? withoutSpace(inline) : inline], replacements);
    piece.endsLine = text === '\n';
    if (isEnd) pieces.push({ source: '', endsLine: false });
  }
  return pieces;
}

/** Text and emphasis a word at a time; what else there is stays whole. */
function splitAtSpaces(inline: Inline): Inline[] {
  if (inline.kind === 'text') return (inline.text.match(/[^ ]* +|[^ ]+$/g) ?? []).map((text) => ({ kind: 'text', text }));
  if (inline.kind !== 'emphasis' && inline.kind !== 'strong') return [inline];
  return inline.children.flatMap(splitAtSpaces).map((child) => ({ ...inline, children: [child] }));
}

function withoutSpace(inline: Inline): Inline {
  if (inline.kind === 'text') return { kind: 'text', text: inline.text.trimEnd() };
  return inline.kind === 'emphasis' || inline.kind === 'strong' ? { ...inline, children: inline.children.map(withoutSpace) } : inline;
}

/** What a piece ends with, as far as another may begin there. */
function lastText(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  if (inline.kind === 'break') return '\n';
  return inline.kind === 'emphasis' || inline.kind === 'strong' ? lastText(inline.children.at(-1)!) : '';
}

/**
 * In Typst’s language, which lets no text flow around a letter: as many words as fill the lines beside it stand in
 * a grid with it, the others in a paragraph below. A paragraph that is no longer than the letter is tall has a lower one, or none.
 */
export const INITIAL = `#let initial(mark, letter, pieces, breaks) = context {
  let size = text.size.to-absolute()
  let cap = measure(text(top-edge: "cap-height", bottom-edge: "baseline", "H")).height
  // A letter that goes below its line, such as a Q, stands on it with its tail.
  let share = measure(text(size: 100pt, top-edge: "cap-height", bottom-edge: "bounds", letter)).height / 100pt
  let gap = 0.2 * size
  let run(of) = of.join([ ])
  for lines in (3, 2) {
    let tall = (lines - 1) * line
    let big = box(height: tall + size, {
      if mark != "" { box(height: tall + size, align(top, pad(top: 0.75 * size - cap, text(size: 1.6em, top-edge: "cap-height", bottom-edge: "baseline", mark)))) }
      box(height: tall + size, align(bottom, pad(bottom: 0.25 * size, text(size: (tall + cap) / share, top-edge: "cap-height", bottom-edge: "bounds", letter))))
    })
    let wide = text-width - measure(big).width - gap
    let fits(count) = measure(block(width: wide, run(pieces.slice(0, count)))).height < tall + 1.2 * size
    let (least, most) = (0, pieces.len())
    while least < most {
      let middle = calc.ceil((least + most) / 2)
      if fits(middle) { least = middle } else { most = middle - 1 }
    }
    if least > 0 and least < pieces.len() {
      let beside = { run(pieces.slice(0, least)); if least not in breaks { linebreak(justify: true) } }
      return block(above: line - size, below: line - size, sticky: true, grid(columns: (auto, 1fr), column-gutter: gap, big, beside)) + par(first-line-indent: 0pt, run(pieces.slice(least)))
    }
  }
  mark + letter + run(pieces)
}
`;

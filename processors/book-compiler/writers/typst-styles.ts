/** How a printed book looks, in Typst’s language: what typst-text.ts calls is defined here. */
import type { BookHead } from '../model.ts';
import { textDirection } from '../language.ts';
import type { FontChoice } from './typst-fonts.ts';
import { INITIAL } from './typst-initial.ts';
import { literal } from './typst-text.ts';
import type { PrintPage, TypeSize } from './typst-page.ts';

export interface BookStyle extends TypeSize {
  fonts: Pick<FontChoice, 'families' | 'passages'>;
  page: PrintPage;
  sceneBreak: string;
  rectoStarts: boolean;
}

/** What every style has: the book's data, its language and the faces of its letters. */
export function writeBasics({ title, author, language }: BookHead, { fonts, size, lineHeight }: Pick<BookStyle, 'fonts' | 'size' | 'lineHeight'>): string {
  const [lang = 'und', region] = [/^[a-z]{2,3}/i.exec(language)?.[0].toLowerCase(), /-([A-Z]{2})\b/.exec(language)?.[1]];
  const leading = `${round((lineHeight - 1) * size)}pt`;
  return `#set document(title: ${literal(title)}, author: ${author === '' ? '()' : literal(author)}, date: none)
#set text(font: ${fonts.families()}, fallback: false, size: ${size}pt, lang: ${literal(lang === 'und' ? 'en' : lang)}, ${region === undefined ? '' : `region: ${literal(region)}, `}dir: ${textDirection(language)}, top-edge: 0.75em, bottom-edge: -0.25em, hyphenate: ${lang !== 'und'})
#set smartquote(enabled: false)
#let line = ${round(lineHeight * size)}pt
#set par(leading: ${leading}, spacing: ${leading})
#let book-title = ${literal(title)}
#let book-author = ${literal(author)}
#let e(words) = emph(words)
#let b(words) = strong(words)
#let eb(words) = emph(strong(words))
#let code(words) = text(size: 0.9em, hyphenate: false, words)
#let line-end = linebreak()
#let may-break = sym.zws
#let to(address, words) = link(address, words)
${fonts.passages()}#let picture(file: "", wide: 1in, share: 1, words) = if file in broken { emph(words) } else { layout(size => {
  let it = image(file, width: calc.min(wide, size.width, 0.9 * size.height / share), alt: if words == "" { none } else { words })
  if words == "" { pdf.artifact(it) } else { it }
}) }
#let plate(file: "", wide: 1in, share: 1, words) = block(width: 100%, above: line, below: line, align(center, picture(file: file, wide: wide, share: share, words)))
#let note(id: "", body) = [#footnote(body)#label(id)]
#let note-again(id: "") = footnote(label(id))
#let note-comma = super(",")
`;
}

/** The pages of a novel as it is printed. */
export function writePrintStyle(head: BookHead, style: BookStyle): string {
  const { page, sceneBreak, rectoStarts } = style;
  const inches = (value: number): string => `${round(value)}in`;
  return `${writeBasics(head, style)}#set par(justify: true, first-line-indent: ${firstLineIndent(head.language)})
#let text-width = ${inches(page.width - page.inside - page.outside)}
#set page(width: ${inches(page.width)}, height: ${inches(page.height)}, margin: (inside: ${inches(page.inside)}, outside: ${inches(page.outside)}, top: ${inches(page.top)}, bottom: ${inches(page.bottom)}), header-ascent: 1.1 * line, footer-descent: line)
// Each section has a head and a foot of its own: a state that all pages asked for the title would have them all set twice or more.
#let head(id, name) = context if locate(label(id)).page() != here().page() {
  set text(size: 0.82em)
  let number = counter(page).get().first()
  if calc.odd(number) { grid(columns: (1fr, auto), emph(name), str(number)) } else { grid(columns: (auto, 1fr), str(number), align(end, emph(book-author))) }
}
// The first page of a chapter has its number at its foot, and no heading above it.
#let foot(id) = context if locate(label(id)).page() == here().page() { align(center, text(size: 0.82em, counter(page).display())) }
#set footnote.entry(indent: 1.4em)
#show heading: set text(size: 1em, weight: "regular", hyphenate: false)
#show heading: set par(justify: false)
// Lines that face each other through a sheet stand on one grid: what is not a line of text is as high as some of them, with what is above and below it.
#let apart(lines) = lines * line - ${style.size}pt
#show heading.where(level: 1): it => context {
  let name = align(center, it.body)
  let tall = measure(width: text-width, name).height
  block(width: 100%, above: 0pt, below: calc.ceil((tall + 2 * line) / line) * line - tall, sticky: true, name)
}
#show heading: it => if it.level == 1 { it } else { block(width: 100%, above: apart(3), below: apart(2), sticky: true, align(center, text(size: ${style.size}pt, emph(it.body)))) }
#let scene-break = block(width: 100%, above: apart(2), below: apart(2), sticky: true, breakable: false, align(center, ${literal(sceneBreak)}))
#let set-in(body) = block(inset: (x: 1.6em), above: apart(2), below: apart(2), { set par(first-line-indent: 1em); body })
#let verbatim(lines) = block(above: apart(2), below: apart(2), { set par(justify: false, first-line-indent: 0pt); set text(hyphenate: false); lines })
#set list(indent: 1em, spacing: apart(1))
#set enum(indent: 1em, spacing: apart(1))
#show list: it => block(above: apart(1), below: apart(1), it)
#show enum: it => block(above: apart(1), below: apart(1), it)
${INITIAL}// Where a title has no place for a line’s end for so long, a line may end anywhere.
#let loosely(words) = words.replace(regex("\\\\S{25,}"), it => it.text.clusters().join("\u{200b}"))
#let start-page(recto) = pagebreak(weak: true, to: if recto { "odd" })
#let section(id: "", kind: "chapter", division: "body", number: "", name: "", title: "", first: false, body) = {
  start-page(kind != "copyright" and (division != "body" or kind == "part" or ${rectoStarts}))
  set page(header: head(id, name), footer: if kind != "part" { foot(id) }) if division != "front"
  if first { counter(page).update(1) }
  counter(footnote).update(0)
  [#metadata(none)#label(id)]
  if kind == "copyright" { v(1fr) } else { v(if kind == "part" { 12 } else if kind == "dedication" or kind == "epigraph" { 8 } else { 4 } * line) }
  if number + title != "" {
    heading(level: 1, {
      if number != "" { text(size: if title == "" { 1.4em } else { 0.95em }, tracking: 0.06em, number) }
      if number != "" and title != "" { linebreak() }
      if title != "" { text(size: 1.5em, loosely(title)) }
    })
  }
  body
}
#let dedication(body) = { set par(justify: false, first-line-indent: 0pt); set align(center); emph(body) }
#let copyright(body) = { set par(justify: false, first-line-indent: 0pt, spacing: 1.2 * line); set text(size: 0.82em, hyphenate: false); body }
#let half-title() = { start-page(true); v(7 * line); align(center, text(size: 1.3em, loosely(book-title))) }
#let title-page(subtitle) = {
  start-page(true)
  set align(center)
  set par(justify: false, leading: 0.5em)
  v(6 * line)
  text(size: 2.2em, hyphenate: false, loosely(book-title))
  if subtitle != "" { v(line); text(size: 1.2em, emph(subtitle)) }
  v(3 * line)
  text(size: 1.2em, book-author)
}
#let contents(title, entries) = {
  start-page(true)
  v(4 * line)
  if title != "" { align(center, text(size: 1.5em, title)) }
  v(2 * line)
  set par(first-line-indent: 0pt, justify: false)
  for (id, name) in entries {
    block(above: 0.3 * line, below: 0.3 * line, link(label(id), grid(columns: (1fr, auto), column-gutter: 1em, loosely(name), context counter(page).at(label(id)).map(str).first())))
  }
}
`;
}

/** Of paragraphs behind others; in East Asia of each, by the width of its characters. */
function firstLineIndent(language: string): string {
  const characters = /^(?:zh|ja|ko)\b/.exec(language)?.[0];
  return characters === undefined ? '1.4em' : `(amount: ${characters === 'zh' ? 2 : 1}em, all: true)`;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

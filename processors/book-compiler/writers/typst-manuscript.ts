/** The pages of a typescript for agents and publishers (https://www.shunn.net/format/), in Typst’s language. */
import type { BookHead } from '../model.ts';
import { approximateWords, byline, contactLines, endMark, runningHead } from '../standard-manuscript.ts';
import { writeBasics, type BookStyle } from './typst-styles.ts';
import { literal } from './typst-text.ts';

export interface ManuscriptStyle extends Pick<BookStyle, 'fonts' | 'size' | 'lineHeight' | 'sceneBreak'> {
  /** Typst’s name of a paper. */
  paper: 'us-letter' | 'a4';
  /** What was italic on a page is underlined on a typewriter’s. */
  underlines: boolean;
  /** Of the chapters. */
  words: number;
}

export function writeManuscriptStyle(head: BookHead, style: ManuscriptStyle): string {
  const { paper, size, underlines, words, sceneBreak } = style;
  const contact = contactLines(head).map(literal).join('; linebreak(); ');
  const running = runningHead(head);
  return `${writeBasics(head, style)}${underlines ? UNDERLINES : ''}#set text(hyphenate: false)
#set par(justify: false, first-line-indent: (amount: 0.5in, all: true))
#set page(paper: ${literal(paper)}, margin: 1in, header-ascent: 0.4in, header: context {
  if here().page() > 1 { align(end, ${literal(running === '' ? '' : `${running} / `)} + counter(page).display()) }
})
#show heading: set text(size: 1em, weight: "regular")
#show heading: it => block(width: 100%, above: line, below: line, sticky: true, align(center, it.body))
#set footnote.entry(indent: 0pt)
#show footnote.entry: set text(size: ${size}pt)
#let scene-break = block(width: 100%, above: line - 1em, below: line - 1em, sticky: true, align(center, ${literal(sceneBreak)}))
#let set-in(body) = pad(x: 0.5in, body)
#let verbatim(lines) = block({ set par(first-line-indent: 0pt); lines })
#let section(id: "", kind: "chapter", division: "body", number: "", name: "", title: "", first: false, body) = {
  pagebreak(weak: true)
  counter(footnote).update(0)
  [#metadata(none)#label(id)]
  if kind == "chapter" or kind == "part" { v(2.5in) }
  if number + title != "" {
    heading(level: 1, {
      number
      if number != "" and title != "" { linebreak() }
      title
    })
  }
  body
}
#let dedication(body) = align(center, body)
#let copyright(body) = body
#let half-title() = none
#let contents(title, entries) = none
#let title-page(subtitle) = {
  pagebreak(weak: true)
  set par(first-line-indent: 0pt, leading: 0.3em)
  grid(columns: (1fr, auto), { ${contact} }, ${literal(approximateWords(words, head.language))})
  v(2.9in)
  align(center, {
    text(weight: "regular", upper(book-title))
    if subtitle != "" { parbreak(); subtitle }
    v(line)
    ${literal(byline(head))}
  })
}
#let end-mark = block(width: 100%, above: line, align(center, ${literal(endMark(head.language))}))
`;
}

const UNDERLINES = `#let e(words) = underline(words)
#let eb(words) = underline(strong(words))
`;

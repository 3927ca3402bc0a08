/** How a compiled book looks: the page of a well-set novel, with no more CSS than readers are known to take. */

/** EPUB: a reading system brings its own face, size and margins; this only says what is what. */
export const EPUB_STYLES = `body { margin: 0; padding: 0; line-height: 1.5; }
h1 { font-size: 1.5em; font-weight: normal; line-height: 1.25; text-align: center; margin: 3.5em 0 2.5em; page-break-after: avoid; break-after: avoid; }
h2, h3, h4, h5, h6 { font-size: 1.1em; font-weight: normal; font-style: italic; text-align: center; margin: 2em 0 1em; page-break-after: avoid; break-after: avoid; }
h2 em, h3 em, h4 em, h5 em, h6 em { font-style: normal; }
p { margin: 0; text-indent: 0; orphans: 2; widows: 2; }
p + p { text-indent: 1.4em; }
p + p.plate { text-indent: 0; }
blockquote { margin: 1em 1.6em; }
blockquote + p, pre + p, ul + p, ol + p { text-indent: 0; }
hr.scene-break { border: 0; border-top: 1px solid; width: 20%; height: 0; margin: 1.6em auto; }
ul, ol { margin: 1em 0; padding: 0 0 0 1.6em; }
li { margin: 0.2em 0; }
pre { margin: 1em 0; white-space: pre-wrap; font-family: monospace; font-size: 0.9em; }
code { font-family: monospace; font-size: 0.9em; }
img { max-width: 100%; height: auto; }
.plate { text-align: center; margin: 1.4em 0; }
.noteref { font-size: 0.75em; vertical-align: super; line-height: 0; text-decoration: none; }
.noteref.beside::before { content: ", "; }
.notes { margin: 3em 0 0; border-top: 1px solid; padding-top: 1em; font-size: 0.85em; }
.note { margin: 0 0 0.6em; }
.picture { font-style: italic; }
.cover { margin: 0; padding: 0; text-align: center; }
.cover img { max-width: 100%; height: 100%; }
.titlepage { text-align: center; }
.titlepage h1 { font-size: 2em; margin: 25% 0 1em; }
.titlepage .subtitle { font-style: italic; }
.titlepage .author { font-size: 1.1em; text-indent: 0; margin-top: 2em; }
h1 .number { display: block; font-size: 0.7em; margin-bottom: 0.8em; letter-spacing: 0.06em; }
.part h1, .dedication, .epigraph { margin-top: 30%; }
.dedication, .epigraph { text-align: center; font-style: italic; }
.copyright { font-size: 0.85em; }
.copyright p + p { text-indent: 0; margin-top: 0.8em; }
nav ol { list-style-type: none; padding: 0; }
nav li { margin: 0.4em 0; text-align: center; }
nav a { color: inherit; text-decoration: none; }
`;

/** HTML: what a browser shows and prints, by day and by night. */
export const HTML_STYLES = `:root { color-scheme: light dark; --paper: #fbf9f4; --ink: #211d18; --soft: #6b6257; --mark: #7b2d26; }
@media (prefers-color-scheme: dark) { :root { --paper: #171614; --ink: #e8e2d6; --soft: #a79f92; --mark: #e39a8b; } }
html { background: var(--paper); color: var(--ink); font: 1.125rem/1.6 "Literata", "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif; }
body { margin: 0 auto; padding: 0 1.25rem 6rem; max-width: 34em; hyphens: auto; text-wrap: pretty; overflow-wrap: break-word; }
header { min-height: 60vh; display: flex; flex-direction: column; justify-content: center; text-align: center; }
.title { font-size: 2.6rem; line-height: 1.15; margin: 0 0 1.2rem; text-wrap: balance; hyphens: none; }
.subtitle { font-size: 1.35rem; margin: 0 0 1.2rem; font-style: italic; }
.author { font-size: 1.15rem; color: var(--soft); letter-spacing: 0.04em; margin: 0; }
nav { margin: 0 0 6rem; }
nav ol { list-style: none; padding: 0; columns: 12em auto; }
nav li { margin: 0.2em 0; break-inside: avoid; }
a { color: var(--mark); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
nav a { color: inherit; text-decoration: none; }
nav a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
.chapter { padding-top: 5rem; }
h1 { font-size: 1.7rem; font-weight: 400; line-height: 1.25; text-align: center; margin: 0 0 3rem; text-wrap: balance; hyphens: none; }
h2, h3, h4, h5, h6 { font-size: 1.1rem; font-weight: 400; font-style: italic; text-align: center; margin: 2.4rem 0 1rem; break-after: avoid; }
:is(h2, h3, h4, h5, h6) em { font-style: normal; }
.chapter p { margin: 0; orphans: 2; widows: 2; }
.chapter p + p { text-indent: 1.4em; }
blockquote { margin: 1.2em 1.8em; }
hr.scene-break { border: 0; height: auto; margin: 1.6em 0; text-align: center; overflow: visible; color: var(--soft); }
hr.scene-break::before { content: var(--scene-break, "*\\2003*\\2003*"); }
h1 .number { display: block; font-size: 0.62em; margin-bottom: 0.8em; letter-spacing: 0.06em; color: var(--soft); }
.dedication, .epigraph { text-align: center; font-style: italic; }
.copyright { font-size: 0.85em; }
ul, ol { padding-inline-start: 1.6em; }
pre { white-space: pre-wrap; font: 0.88em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
code { font-size: 0.9em; }
img { max-width: 100%; height: auto; }
.chapter p.plate, .chapter p + p.plate { text-indent: 0; text-align: center; margin: 1.4em 0; }
.noteref { font-size: 0.75em; vertical-align: super; line-height: 0; text-decoration: none; }
.noteref.beside::before { content: ", "; }
.notes { margin-top: 3rem; border-top: 1px solid var(--soft); padding-top: 1rem; font-size: 0.85rem; }
.note { margin: 0 0 0.6em; }
.note:target, .noteref:target { outline: 2px solid var(--mark); outline-offset: 2px; }
.picture { font-style: italic; color: var(--soft); }
@page { margin: 22mm 20mm 24mm; }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --mark: #000; }
  html { font-size: 11pt; line-height: 1.45; background: none; }
  body { max-width: none; padding: 0; text-align: justify; }
  header { min-height: 0; height: 70vh; }
  nav { break-before: page; }
  nav a, a { color: inherit; text-decoration: none; }
  .chapter { break-before: page; padding-top: 18mm; }
}
`;

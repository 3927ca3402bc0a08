/**
 * The limit of a PDF, a process of its own: the same engine sets the book’s paragraphs on the same pages in the same face, and nothing else.
 * No heads, no numbers, no starts of chapters, no emphasis; nothing is checked or counted.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNodeTypesetter } from '../../processors/hosts/node/typesetter.ts';

const [folder, out] = process.argv.slice(2);
if (!folder || !out) throw new Error('Usage: bare-typst.ts <folder> <out>');

const { chapters } = JSON.parse(readFileSync(join(folder, 'book.json'), 'utf8')) as { chapters: { file: string; title: string }[] };
const literal = (text: string): string => `#"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', ' ')}"`;
const paragraphs = chapters.flatMap(({ file, title }) => [title, ...readFileSync(join(folder, file), 'utf8').split(/\n\s*\n/)]);
const style = `#set page(width: 5.5in, height: 8.5in, margin: (inside: 1.1in, outside: 0.6in, top: 0.8in, bottom: 0.85in))
#set text(font: "Source Serif 4", fallback: false, size: 10.5pt, lang: "en", top-edge: 0.75em, bottom-edge: -0.25em)
#set par(justify: true, leading: 3.675pt, spacing: 3.675pt, first-line-indent: 1.4em)
`;
const fonts = ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic'].map((face) => `@expo-google-fonts/source-serif-4/${face}/SourceSerif4_${face}.ttf`);
const { bytes } = await createNodeTypesetter().toPdf({ source: style + paragraphs.map(literal).join('\n\n'), fonts });
writeFileSync(out, bytes);

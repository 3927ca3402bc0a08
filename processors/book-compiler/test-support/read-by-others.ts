/** Reads compiled files by other programs: pandoc (https://pandoc.org) and mammoth. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import mammoth from 'mammoth';
import { requireTool } from '#scripts/tools.ts';
import { unescapeXml } from '../xml.ts';

/** A node of pandoc’s tree (pandoc-types): its name, and what it holds. */
interface Node {
  t: string;
  c?: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 't' in value;
const BLOCKS = new Set(['Para', 'Plain', 'Header', 'CodeBlock', 'RawBlock', 'LineBlock', 'Div']);
const SPACES = new Set(['Space', 'SoftBreak', 'LineBreak']);
/** What a node has of text beside addresses, classes and ids: attributes stand first or last. */
const TEXTS = new Set(['Str', 'Code', 'CodeBlock', 'RawInline', 'RawBlock']);

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join('');
  if (!isNode(value)) return '';
  if (SPACES.has(value.t)) return ' ';
  const inside = TEXTS.has(value.t) ? String(Array.isArray(value.c) ? value.c.at(-1) : value.c) : textOf(value.c);
  return BLOCKS.has(value.t) ? ` ${inside} ` : inside;
}

/** The words of a file as pandoc reads it. @param from a format of pandoc’s, such as epub */
export async function readByPandoc(bytes: Uint8Array, from: string): Promise<string[]> {
  const pandoc = spawn(requireTool('pandoc'), ['-f', from, '-t', 'json'], { stdio: ['pipe', 'pipe', 'inherit'] });
  pandoc.stdin.end(bytes);
  const { blocks } = JSON.parse(await text(pandoc.stdout)) as { blocks: Node[] };
  return splitOn(textOf(blocks));
}

/** The words of a Word document as mammoth reads it. */
export async function readByMammoth(bytes: Uint8Array): Promise<string[]> {
  // Its plain text leaves line breaks out.
  const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { ignoreEmptyParagraphs: true });
  const body = value.replace(/<(?:br ?\/?|\/?(?:p|h\d|ul|ol|li|table|tr|td|blockquote|pre))(?: [^>]*)?>/g, ' ').replace(/<[^>]*>/g, '');
  return splitOn(unescapeXml(body));
}

const splitOn = (words: string): string[] => words.split(/\s+/).filter(Boolean);

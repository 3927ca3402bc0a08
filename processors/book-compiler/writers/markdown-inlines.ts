/** Inlines as CommonMark (https://spec.commonmark.org/0.31.2/), escaped only where a reader would take text for a mark. */
import type { Inline } from '../model.ts';
import { freeNumbers } from '../notes.ts';

const WORD = /[\p{L}\p{N}]/u;

export function writeMarkdownInlines(inlines: readonly Inline[]): string {
  return joinPieces(inlines, { inEmphasis: false, inStrong: false, inLink: false });
}

interface Around {
  inEmphasis: boolean;
  inStrong: boolean;
  inLink: boolean;
}

function joinPieces(inlines: readonly Inline[], around: Around): string {
  const merged = mergeNeighbours(inlines);
  const pieces: string[] = [];
  merged.forEach((inline, index) => {
    const before = pieces.at(-1) ?? '';
    if (inline.kind === 'emphasis' || inline.kind === 'strong') {
      const next = merged[index + 1];
      pieces.push(writeEmphasis(inline, around, before.slice(-1), next ? firstCharacter(next) : ''));
      return;
    }
    // Before a link's bracket an exclamation mark would make a picture of it.
    if (inline.kind === 'link' && before.endsWith('!')) pieces[pieces.length - 1] = `${before.slice(0, -1)}\\!`;
    pieces.push(writePlain(inline, around));
  });
  return pieces.filter((piece) => piece !== '').join('');
}

function writePlain(inline: Exclude<Inline, { kind: 'emphasis' | 'strong' }>, around: Around): string {
  switch (inline.kind) {
    case 'text':
      return escapeText(inline.text, around.inLink);
    case 'break':
      return '\\\n';
    case 'footnote':
      return `[^${inline.note.name}]`;
    case 'code':
      return writeCode(inline.text);
    case 'image':
      // Its file goes nowhere: the description stands for it.
      if (inline.picture) return escapeText(inline.alt, around.inLink);
      return `![${escapeText(inline.alt, true)}](${writeAddress(inline.url)})`;
    case 'link':
      if (around.inLink) return joinPieces(inline.children, around);
      return `[${joinPieces(inline.children, { ...around, inLink: true })}](${writeAddress(inline.url)})`;
  }
}

/**
 * A mark opens before text and closes behind it (CommonMark's flanking rules). So white space at the edges of
 * what is emphasised stands outside, and so does punctuation next to a letter outside.
 */
function writeEmphasis(inline: Extract<Inline, { kind: 'emphasis' | 'strong' }>, around: Around, before: string, after: string): string {
  const strong = inline.kind === 'strong';
  const nested = strong ? around.inStrong : around.inEmphasis;
  const text = joinPieces(inline.children, { ...around, [strong ? 'inStrong' : 'inEmphasis']: true });
  const { lead, trimmed, trail } = splitEdges(text);
  const opening = lead === '' && WORD.test(before) ? (/^(?:\\?[\p{P}\p{S}])+/u.exec(trimmed)?.[0] ?? '') : '';
  const rest = trimmed.slice(opening.length);
  const closing = trail === '' && WORD.test(after) ? (/(?:\\?[\p{P}\p{S}])+$/u.exec(rest)?.[0] ?? '') : '';
  const core = rest.slice(0, rest.length - closing.length);
  if (core === '' || nested || core.trim() !== core) return text;
  const mark = strong ? '**' : '*';
  return lead + opening + mark + core + mark + closing + trail;
}

/** White space at the edges, and what is between. A line break is white space, too: its backslash belongs to it. */
function splitEdges(text: string): { lead: string; trimmed: string; trail: string } {
  const lead = /^(?:\s|\\\n)*/.exec(text)![0];
  let end = text.length;
  while (end > lead.length && (/\s/.test(text[end - 1]!) || (text[end - 1] === '\\' && text[end] === '\n'))) end -= 1;
  return { lead, trimmed: text.slice(lead.length, end), trail: text.slice(end) };
}

function firstCharacter(inline: Inline): string {
  if (inline.kind === 'text' || inline.kind === 'code') return inline.kind === 'code' ? '`' : inline.text.slice(0, 1);
  if (inline.kind === 'emphasis' || inline.kind === 'strong') return inline.children[0] ? firstCharacter(inline.children[0]) : '';
  return inline.kind === 'break' ? '\n' : '[';
}

/** Two runs of the same kind are one, else their marks would meet. */
function mergeNeighbours(inlines: readonly Inline[]): Inline[] {
  const merged: Inline[] = [];
  for (const inline of inlines.flatMap(freeNumbers)) {
    const last = merged.at(-1);
    if (last?.kind === 'text' && inline.kind === 'text') merged[merged.length - 1] = { kind: 'text', text: last.text + inline.text };
    else if ((last?.kind === 'emphasis' || last?.kind === 'strong') && last.kind === inline.kind) last.children.push(...inline.children);
    else merged.push('children' in inline ? { ...inline, children: [...inline.children] } : inline);
  }
  return merged;
}

function escapeText(text: string, inLink: boolean): string {
  const escaped = text
    .replace(/[\\`*]|<(?=[A-Za-z/!?])|&(?=#?\w+;)/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
  return inLink ? escaped.replace(/[[\]]/g, '\\$&') : escaped.replace(/\](?=[([:]|$)|\[(?=\^)/g, '\\$&');
}

function writeCode(text: string): string {
  if (text === '') return '';
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const padding = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return fence + padding + text + padding + fence;
}

function writeAddress(url: string): string {
  if (/^[^\s<>()\\&]+$/.test(url)) return url;
  return `<${url.replace(/[<>\\&]/g, '\\$&').replace(/\s/g, '%20')}>`;
}

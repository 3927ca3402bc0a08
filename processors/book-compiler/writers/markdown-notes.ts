/** Footnotes as Pandoc, GitHub and Obsidian write them: `[^name]` in the text, `[^name]: the note` behind it. */
import type { Block, Footnote } from '../model.ts';
import { writeMarkdownBlocks } from './markdown-blocks.ts';

/** The names of one file's notes, each told apart from all others without regard to case. */
export class NoteNames {
  readonly #taken = new Set<string>();
  #next = 1;

  /** Gives each note a name: the author's own where it is free, else the next number that is. */
  name(notes: readonly Footnote[]): void {
    const own = notes.filter(({ name }) => name !== '' && this.#take(name));
    const named = new Set(own);
    for (const note of notes) if (!named.has(note)) note.name = this.#nextNumber();
  }

  #nextNumber(): string {
    while (!this.#take(String(this.#next))) this.#next += 1;
    return String(this.#next);
  }

  #take(name: string): boolean {
    const folded = name.toLowerCase();
    if (this.#taken.has(folded)) return false;
    this.#taken.add(folded);
    return true;
  }
}

/** Blocks with the notes that they lead to, which have their names. */
export function writeMarkdownText(blocks: readonly Block[], notes: readonly Footnote[]): string {
  return [writeMarkdownBlocks(blocks.filter((block) => !isLooseNumbers(block))), ...notes.map(writeNote)].filter(Boolean).join('\n\n');
}

/** The numbers of notes that nothing refers to: so it stays. */
function isLooseNumbers(block: Block): boolean {
  return block.kind === 'paragraph' && block.inlines.length > 0 && block.inlines.every((inline) => inline.kind === 'footnote' && inline.note.isLoose);
}

/** Only a paragraph can stand behind the name: a list's or a listing's first line is told by where it begins. */
function writeNote({ name, blocks }: Footnote): string {
  const text = writeMarkdownBlocks(blocks).replace(/^(?=[^\n])/gm, '    ');
  return `[^${name}]:${blocks[0]?.kind === 'paragraph' ? ` ${text.trimStart()}` : `\n${text}`}`.trimEnd();
}

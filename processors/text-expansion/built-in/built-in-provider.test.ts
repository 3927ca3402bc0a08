import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countWords, splitParagraphs } from '#processors/contract/passages.ts';
import { segmentDraft } from '#processors/contract/segment-draft.ts';
import { expandBuiltIn, growPassage } from './built-in-provider.ts';
import { allDetails } from './choose-details.ts';
import { loadLexicon } from './lexicon.ts';

const MANUSCRIPTS = new URL('../../../manuscripts/', import.meta.url);
const lexicon = await loadLexicon();
const signal = new AbortController().signal;

function readChapters(book: string, every: number): string[] {
  const folder = new URL(`${book}/`, MANUSCRIPTS);
  const files = readdirSync(folder).filter((name) => name.endsWith('.md')).toSorted();
  return files.filter((_, index) => index % every === 0).map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

const passagesOf = (draft: string): string[] => {
  const paragraphs = splitParagraphs(draft);
  const range = (first: number, count: number): string => draft.slice(paragraphs[first]?.start, paragraphs[first + count - 1]?.end);
  return segmentDraft(draft).filter(({ verbatim }) => !verbatim).map(({ first, count }) => range(first, count));
};

const runs = (text: string): number => text.match(/\S+/g)?.length ?? 0;
const folded = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The draft's own pieces of a grown passage, in order. */
async function own(original: string, seed = 0): Promise<{ own: string; added: string[]; text: string; details: readonly string[] } | null> {
  const grown = await growPassage(original, { seed }, { lexicon, pause: async () => undefined });
  if (!grown) return null;
  const { pieces, details } = grown;
  const said = (mine: boolean): string[] => pieces.filter((piece) => piece.own === mine).map(({ text }) => text);
  return { own: said(true).join(' '), added: said(false), text: pieces.map(({ glue, text }) => glue + text).join(''), details };
}

describe('the built-in provider on real novels', () => {
  it.each([['frankenstein', 3], ['war-and-peace', 30]] as const)('grows %s as promised, passage by passage', async (book, every) => {
    const chapters = readChapters(book, every);
    const outside: string[] = [];
    for (const chapter of chapters) {
      for (const passage of passagesOf(chapter)) {
        if (passage.startsWith('>')) continue;
        const grown = await own(passage);
        expect(folded(grown?.own ?? passage)).toBe(folded(passage));
        if (countWords(passage) < 5 || !grown) continue;
        for (const count of [runs, countWords]) {
          const ratio = count(grown.text) / count(passage);
          if (ratio < 2 || ratio > 3.5) outside.push(`${ratio.toFixed(2)} ${passage.slice(0, 60)}`);
        }
      }
    }
    expect(outside).toEqual([]);
  });

  it('grows a letter inside its quotation', async () => {
    const [letter = ''] = passagesOf(readFileSync(new URL('frankenstein/004.md', MANUSCRIPTS), 'utf8'));
    const { text } = await expandBuiltIn({ original: letter }, { signal });
    expect(text.split('\n').every((line) => line === '>' || line.startsWith('> '))).toBe(true);
    const ratio = countWords(text) / countWords(letter);
    expect(ratio).toBeGreaterThanOrEqual(2);
    expect(ratio).toBeLessThanOrEqual(3.5);
  });

  it('takes a chapter of 3,000 words in under two seconds', async () => {
    const draft = readFileSync(new URL('frankenstein/012.md', MANUSCRIPTS), 'utf8');
    const started = process.cpuUsage();
    let words = 0;
    for (const original of passagesOf(draft)) {
      await expandBuiltIn({ original }, { signal });
      words += countWords(original);
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000 / words).toBeLessThan(2000 / 3000);
  });
});

describe('what is woven in', () => {
  const grow = async (passage: string, seed?: number): Promise<Awaited<ReturnType<typeof own>> & {}> => (await own(passage, seed)) ?? { own: passage, added: [], text: passage, details: [] };
  const passages = readChapters('frankenstein', 12).concat(readChapters('war-and-peace', 120)).flatMap(passagesOf);
  const samples = Promise.all(passages.filter((passage) => !passage.startsWith('>')).map((passage) => grow(passage)));

  it('never stands inside a quotation', async () => {
    for (const { text, added } of await samples) {
      for (const paragraph of splitParagraphs(text)) {
        const inside = [...paragraph.text.matchAll(/“([^”]*)”/g)].map((match) => match[1] ?? '');
        expect(inside.filter((speech) => added.some((detail) => speech.includes(detail)))).toEqual([]);
      }
    }
  });

  it('brings no number, and no name that the draft has not', async () => {
    for (const { added } of await samples) {
      for (const detail of added) {
        expect(detail).not.toMatch(/\d/);
        const names = detail.replace(/(^“?|[.] )\p{Lu}/gu, '$1').replace(/\bI\b/g, '').match(/\p{Lu}\w*/gu);
        expect(names).toBeNull();
      }
    }
  });

  it('speaks in the passage’s tense and person', async () => {
    const past = (await grow('I climbed the stairs in the dark. My heart was loud, and I held the rail with both hands while the wind shook the tower.')).added.join(' ');
    const present = (await grow('I climb the stairs in the dark. My heart is loud, and I hold the rail with both hands while the wind shakes the tower.')).added.join(' ');
    expect(past).not.toMatch(/\b(?:is|are|has)\b/);
    expect(present).not.toMatch(/\b(?:was|were|had)\b/);
    for (let seed = 0; seed < 40; seed++) {
      const added = (await grow('She stood at the window. Her hands were cold, and she did not look at the letter on the table or at the fire.', seed)).added.join(' ');
      expect(added).not.toMatch(/\b(?:I|my|me|we|our|you|your|he|his|him)\b/);
    }
  });

  it('is of what the passage speaks of', async () => {
    const entries = async (text: string): Promise<string[]> => {
      const grown = await Promise.all(Array.from({ length: 20 }, (_, seed) => grow(text, seed)));
      return grown.flatMap(({ details }) => details).map((id) => id.replace(/-\d+$/, ''));
    };
    const tower = await entries('The keeper climbed the lighthouse stairs at dusk.');
    expect(tower.filter((id) => ['lighthouse', 'stairs', 'dusk', 'climbing'].includes(id)).length / tower.length).toBeGreaterThan(0.8);
    const salon = await entries('“I shall be delighted,” said the prince with a smile. He bowed to the hostess, took a glass of wine, and sat down on the sofa by the window.');
    expect(salon.filter((id) => ['sea', 'ship', 'forest', 'battle', 'snow', 'desert'].includes(id))).toEqual([]);
  });

  it('does not part a quotation from who said it, nor a colon from what it announces', async () => {
    for (let seed = 0; seed < 20; seed++) {
      expect((await grow('“Who is there?” Peter asked. The rain went on.', seed)).text).toContain('“Who is there?” Peter asked.');
      expect((await grow('The notice on the door of the old mill ran as follows:', seed)).text).toMatch(/ran as follows:$/);
    }
  });
});

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.array(fc.constantFrom('The rain fell. ', '“Yes,” he said. ', '“', '”', '‘', '’', '"', "'", '*', '(', ')', '\n\n', '\n', '> ', '# ', '- ', 'Mr. ', 'a', '\ud800', '\u2060', '… ', '. ', 'X')).map((parts) => parts.join('')),
  );

  it('keeps its own words in order, byte for byte between white space', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.nat(), async (text, seed) => {
        const grown = await own(text, seed);
        expect(grown === null || folded(grown.own) === folded(splitParagraphs(text).map((paragraph) => paragraph.text).join(' '))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same bytes for the same text, style and seed', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer(), fc.constantFrom('formal', 'casual', 'creative', 'technical'), async (original, seed, style) => {
        const [once, again] = await Promise.all([expandBuiltIn({ original, seed, style }, { signal }), expandBuiltIn({ original, seed, style }, { signal })]);
        expect(once).toEqual(again);
        expect(once).toMatchObject({ provider: 'built-in', model: 'none', finishReason: 'stop', inputTokens: 0, outputTokens: 0 });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a book', () => {
  it('uses no detail again before its entry is used up', async () => {
    const used: string[] = [];
    const bySize = new Map<string, number>();
    for (const { entry } of allDetails()) bySize.set(entry.id, (bySize.get(entry.id) ?? 0) + 1);
    for (const original of passagesOf(readChapters('frankenstein', 8).join('\n\n'))) {
      const { usedDetails = [] } = await expandBuiltIn({ original, usedDetails: used }, { signal });
      for (const id of usedDetails) {
        const entry = id.replace(/-\d+$/, '');
        const times = used.filter((other) => other === id).length;
        const ofEntry = used.filter((other) => other.replace(/-\d+$/, '') === entry);
        const inEarlierRounds = new Set(ofEntry).size === bySize.get(entry);
        expect(times === 0 || inEarlierRounds).toBe(true);
        used.push(id);
      }
    }
    expect(used.length).toBeGreaterThan(300);
  });

  it('in another language is left to a model', async () => {
    await expect(expandBuiltIn({ original: 'La pluie tombait sur le toit.', language: 'fr' }, { signal })).rejects.toMatchObject({ code: 'input_invalid' });
    await expect(expandBuiltIn({ original: 'The rain fell on the roof.', language: 'en-GB' }, { signal })).resolves.toMatchObject({ provider: 'built-in' });
  });

  it('lets other work go on while a long text is grown, and stops in the middle of it', async () => {
    const original = readChapters('war-and-peace', 40).join('\n\n');
    const controller = new AbortController();
    let turns = 0;
    const timer = setInterval(() => (turns += 1) === 5 && controller.abort(new Error('stopped')), 1);
    await expect(expandBuiltIn({ original }, { signal: controller.signal })).rejects.toThrow('stopped');
    clearInterval(timer);
    expect(turns).toBe(5);
  });

  it('is stopped by its signal', async () => {
    const controller = new AbortController();
    const run = expandBuiltIn({ original: 'The rain fell on the roof all night.' }, { signal: controller.signal });
    controller.abort(new Error('stopped'));
    await expect(run).rejects.toThrow('stopped');
  });
});

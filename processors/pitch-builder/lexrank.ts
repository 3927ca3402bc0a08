/**
 * Continuous LexRank: G. Erkan, D. R. Radev, “LexRank: Graph-based Lexical Centrality as Salience in Text Summarization”,
 * Journal of Artificial Intelligence Research 22 (2004), 457–479. Sentences are nodes, idf-modified cosines their edges; what
 * a random walk visits most is central. No list of stop words is needed, and no language known: the inverse frequencies
 * are the sentences' own.
 */

/** The paper's d: the chance that the walk starts anew. */
const DAMPING = 0.15;
const PRECISION = 1e-6;
const MOST_ROUNDS = 100;

/**
 * Sentences that are compared with each other at once: the table of their cosines is 1.3 MB. More are ranked in runs of so
 * many, and then the best of each run with each other, so that time grows with the text's length and not with its square.
 */
export const MOST_TOGETHER = 400;

/** A sentence's words with their weight (tf · idf), of length 1. */
export type TermVector = ReadonlyMap<string, number>;

/** @param sentences each as its folded words */
export function toVectors(sentences: readonly (readonly string[])[]): TermVector[] {
  const counts = sentences.map(countTerms);
  const holding = new Map<string, number>();
  for (const terms of counts) for (const term of terms.keys()) holding.set(term, (holding.get(term) ?? 0) + 1);
  return counts.map((terms) => {
    const weights = new Map<string, number>();
    let square = 0;
    for (const [term, count] of terms) {
      const weight = count * Math.log(sentences.length / (holding.get(term) ?? 1));
      if (weight > 0) weights.set(term, weight);
      square += weight * weight;
    }
    const length = Math.sqrt(square);
    return new Map([...weights].map(([term, weight]) => [term, weight / length]));
  });
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

export function cosine(a: TermVector, b: TermVector): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, weight] of few) sum += weight * (many.get(term) ?? 0);
  return sum;
}

/**
 * How central each sentence is among all; 0 for those that a first round among their neighbours left behind.
 * @param sentences each as its folded words
 */
export function rankSentences(sentences: readonly (readonly string[])[]): number[] {
  if (sentences.length <= MOST_TOGETHER) return rankTogether(sentences);
  const runs = Math.ceil(sentences.length / MOST_TOGETHER);
  const kept: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const first = Math.floor((run * sentences.length) / runs);
    const end = Math.floor(((run + 1) * sentences.length) / runs);
    const best = findBest(rankTogether(sentences.slice(first, end)), Math.max(1, Math.floor(MOST_TOGETHER / runs)));
    kept.push(...best.map((place) => first + place));
  }
  kept.sort((a, b) => a - b);
  const ranks = rankSentences(kept.map((place) => sentences[place] ?? []));
  const all = sentences.map(() => 0);
  for (const [at, place] of kept.entries()) all[place] = ranks[at] ?? 0;
  return all;
}

/** Places of the largest scores, the first of equals first. */
export function findBest(scores: readonly number[], count: number): number[] {
  return scores.map((_score, place) => place).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, count);
}

function rankTogether(sentences: readonly (readonly string[])[]): number[] {
  const size = sentences.length;
  const links = rowStochastic(toVectors(sentences));
  let ranks = new Float64Array(size).fill(1 / size);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = new Float64Array(size).fill(DAMPING / size);
    for (let from = 0; from < size; from += 1) {
      const share = (1 - DAMPING) * (ranks[from] ?? 0);
      for (let to = 0; to < size; to += 1) next[to]! += share * (links[from * size + to] ?? 0);
    }
    let change = 0;
    for (let at = 0; at < size; at += 1) change += Math.abs((next[at] ?? 0) - (ranks[at] ?? 0));
    ranks = next;
    if (change < PRECISION) break;
  }
  return [...ranks];
}

/** All cosines, each row summing up to 1; a sentence that is like no other leads to itself. */
function rowStochastic(vectors: readonly TermVector[]): Float64Array {
  const size = vectors.length;
  const table = new Float64Array(size * size);
  for (const [from, vector] of vectors.entries()) {
    table[from * size + from] = 1;
    for (let to = 0; to < from; to += 1) {
      const similar = cosine(vector, vectors[to] ?? vector);
      table[from * size + to] = similar;
      table[to * size + from] = similar;
    }
  }
  for (let from = 0; from < size; from += 1) {
    const row = table.subarray(from * size, (from + 1) * size);
    const sum = row.reduce((total, value) => total + value, 0);
    for (let to = 0; to < size; to += 1) row[to]! /= sum;
  }
  return table;
}

/** Which phrases texts have: runs of words so long that two texts hardly share one by chance. */

const PHRASE_WORDS = 4;
/** Where a script puts no space between words, each character counts as one. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}])+/gu;

export class PhraseIndex {
  readonly #phrases = new Set<string>();

  add(text: string): void {
    for (const phrase of phrasesOf(wordsOf(text))) this.#phrases.add(phrase);
  }

  has(phrase: string): boolean {
    return this.#phrases.has(phrase);
  }

  /** The share of a text's words, 0 to 1, that stand in a phrase of these texts, but in none of the others'. Case and punctuation don't count. */
  share(text: string, but: PhraseIndex): number {
    const words = wordsOf(text);
    const covered = new Uint8Array(words.length);
    for (const [at, phrase] of phrasesOf(words).entries()) if (this.has(phrase) && !but.has(phrase)) covered.fill(1, at, at + PHRASE_WORDS);
    return words.length === 0 ? 0 : covered.reduce((sum, one) => sum + one, 0) / words.length;
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

function phrasesOf(words: readonly string[]): string[] {
  return words.slice(0, Math.max(0, words.length - PHRASE_WORDS + 1)).map((_, at) => words.slice(at, at + PHRASE_WORDS).join(' '));
}

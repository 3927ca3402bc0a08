/**
 * The thesaurus: what an author who has no model gets woven into a draft. Each entry is a matter (rain, a door,
 * shame) with the words that call for it and details that can follow a sentence about it.
 *
 * A detail is one sentence or two that can stand after any sentence of its matter. It names no new person or place
 * and no number, and asserts nothing that a plot could trip over. Its slots:
 * - `{rise}`: the verb for a third person singular, in the passage's tense: rises, rose; `{rise+}` for a plural: rise, rose
 * - `{rise@}`: the verb for the passage's person: I rise, he rises
 * - `{subj}` `{obj}` `{poss}` `{refl}`: I, me, my, myself, or he, him, his, himself; with a capital: `{Subj}`
 *
 * A detail's id is its entry's id and its place, and books remember ids: append, never reorder.
 */
export interface Entry {
  readonly id: string;
  /**
   * place: only words of the narration call for it, since talk of the sea doesn't put anyone at sea.
   * thing: words of the narration, or weakly of speech. inner: any word (body, feeling, mind, doing).
   * general: fits anywhere, and comes where nothing else does.
   */
  readonly kind: 'place' | 'thing' | 'inner' | 'general';
  /** Senses of WordNet, as lemma.part.number: all their hyponyms call for the entry. */
  readonly roots: readonly string[];
  /** Further lemmas that call for it. */
  readonly words?: readonly string[];
  readonly details: readonly string[];
}

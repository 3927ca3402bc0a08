/** Lemmas, joined by blanks, by the ids of the entries that they call for, joined by blanks, the best first. */
declare const lexicon: {
  source: string;
  licence: string;
  nouns: Readonly<Record<string, string>>;
  verbs: Readonly<Record<string, string>>;
};
export default lexicon;

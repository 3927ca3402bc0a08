const NAMES = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** A language as people call it: 'British English' of 'en-GB'; the code itself where it is none. */
export function nameLanguage(code: string): string {
  try {
    return NAMES.of(code) ?? code;
  } catch {
    // A dictionary's own name, which is no language tag.
    return code;
  }
}

export function sortByName(codes: readonly string[]): string[] {
  return codes.toSorted((a, b) => nameLanguage(a).localeCompare(nameLanguage(b), 'en'));
}

/** What a person would see or hear of the program and a page can't show; the test reads it, and says what is misspelt. */
import type { WebContentsPrintOptions } from 'electron';

export const recordings = {
  prints: [] as WebContentsPrintOptions[],
  /** A word and what the dictionary would offer for it. */
  misspellings: new Map<string, string[]>(),
  /** How often the developer tools were asked for. */
  devTools: 0,
  openedExternals: [] as string[],
  openedPaths: [] as string[],
  shownInFolder: [] as string[],
  recentDocuments: [] as string[],
  beeps: 0,
};

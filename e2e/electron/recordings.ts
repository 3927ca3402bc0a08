/** What a test says of the computer that no part of Electron's API could be told: `electron.standIn.recordings` in main. */
export const recordings = {
  /** A word that is misspelt, and what the dictionary offers for it. */
  misspellings: new Map<string, string[]>(),
};

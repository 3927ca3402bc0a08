/** Sides of a conflict. Whose 'mine' it is depends on the device that merged, which may be either. */
export type SideName = 'base' | 'mine' | 'theirs' | 'merged';

export type SideNames = Record<SideName, string>;

/** What people call the sides: by the devices' names, where those are known and tell them apart. */
export function nameSides({ mine, theirs }: { mine: string | null; theirs: string | null }): SideNames {
  const areSame = mine !== null && mine === theirs;
  return {
    base: 'Before both',
    mine: areSame ? `${mine} (one)` : (mine ?? 'One device'),
    theirs: areSame ? `${theirs} (the other)` : (theirs ?? 'The other device'),
    merged: 'Merged, as it is now',
  };
}

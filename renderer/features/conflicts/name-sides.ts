import type { ConflictReading, DeviceName } from '#app/use-cases/read-conflict.ts';

/** Sides of a conflict. Whose 'mine' it is depends on the device that merged, which may be either. */
export type SideName = 'base' | 'mine' | 'theirs' | 'merged';

export type SideNames = Record<SideName, string>;

/** What people call the sides: by the devices' names, where those are known and tell them apart. */
export function nameSides({ mine, theirs }: ConflictReading['devices']): SideNames {
  const areAlike = mine?.name === theirs?.name;
  const called = (device: DeviceName | null, unknown: string, suffix: string): string => {
    if (!device) return unknown;
    if (device.isThis) return `This device (${device.name})`;
    return areAlike ? `${device.name} (${suffix})` : device.name;
  };
  const eitherIsThis = mine?.isThis === true || theirs?.isThis === true;
  return {
    base: 'Before both',
    mine: called(mine, eitherIsThis ? 'The other device' : 'One device', eitherIsThis ? 'another device' : 'one'),
    theirs: called(theirs, 'The other device', eitherIsThis ? 'another device' : 'the other'),
    merged: 'Merged, as it is now',
  };
}

/** A side's name in the middle of a sentence. */
export function inSentence(name: string): string {
  return name.replace(/^(The|This|One) /, (word) => word.toLowerCase());
}

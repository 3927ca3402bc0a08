/** The arithmetic of a spread: how much room goes above each passage so that both pages' passages begin level. */

export interface Levels {
  /** Where each passage begins, from the first line's top. */
  tops: number[];
  /** How much room each passage has: what the taller of its two sides needs. */
  slots: number[];
  /** Room above each passage's first line on its page; 0 where it is not on that page. The first one's is above the whole text. */
  verso: number[];
  recto: number[];
  /** From the first line's top to the end of the last passage. */
  total: number;
}

export interface LevelOptions {
  /** Between the end of the taller side of a passage and the next one. */
  gap: number;
  /** No passage gets less room than this, so that its buttons have a place. */
  least: number;
}

/** Chromium lays out in 64ths of a pixel: a height of whole ones is drawn as it is computed. */
const UNITS = 64;

/**
 * @param verso the height of each passage's text on the page, in px; null for one that is not on it
 * @param recto the same, passage by passage, for the other page
 */
export function levelPassages(verso: readonly (number | null)[], recto: readonly (number | null)[], { gap, least }: LevelOptions): Levels {
  const tops: number[] = [];
  const slots: number[] = [];
  let at = 0;
  for (let index = 0; index < verso.length; index++) {
    if (index > 0) at += gap;
    const slot = roundUp(Math.max(verso[index] ?? 0, recto[index] ?? 0, least));
    tops.push(at);
    slots.push(slot);
    at += slot;
  }
  return { tops, slots, verso: roomAbove(tops, verso), recto: roomAbove(tops, recto), total: at };
}

function roomAbove(tops: readonly number[], heights: readonly (number | null)[]): number[] {
  let bottom = 0;
  return tops.map((top, index) => {
    const height = heights[index] ?? null;
    if (height === null) return 0;
    const room = Math.round((top - bottom) * UNITS) / UNITS;
    bottom = bottom + room + height;
    return room;
  });
}

function roundUp(height: number): number {
  return Math.ceil(height * UNITS - 0.01) / UNITS;
}

/** Chooses the next detail: of what the sentence speaks of, not used yet in this book, not like the last one. */
import { needsPerson } from './render-detail.ts';
import type { Entry } from './thesaurus/entry.ts';
import { THESAURUS } from './thesaurus/thesaurus.ts';

export interface Detail {
  /** Its entry's id and its place. */
  id: string;
  entry: Entry;
  /** With its slots. */
  template: string;
  words: number;
}

/** How much each entry is called for, by id. */
export type Calls = ReadonlyMap<string, number>;

interface Wanted {
  /** What the sentence just before calls for. */
  last: Calls;
  /** What the sentences since the last detail call for. */
  near: Calls;
  /** What the whole passage calls for, summed. */
  far: Calls;
  /** The entry of the detail just before, when this one goes on from it. */
  goesOn: string | null;
  shortest: number;
  longest: number;
  withPerson: boolean;
}

const DETAILS: readonly Detail[] = THESAURUS.flatMap((entry) =>
  entry.details.map((template, place) => ({ id: `${entry.id}-${place}`, entry, template, words: template.split(/\s+/).length })),
);
const BY_ENTRY = new Map(THESAURUS.map(({ id }) => [id, DETAILS.filter(({ entry }) => entry.id === id)]));
const BY_ID = new Map(DETAILS.map((detail) => [detail.id, detail]));

/** An entry that was drawn on so many details ago or less is left alone unless nothing else is called for. */
const RECENT = 9;
const RECENT_SHARE = 0.04;
const GENERAL_SCORE = 0.16;
const FAR_SHARE = 0.5;
/** A place that is named in passing is not where the passage is; one that is named again and again is. */
const FAR_PLACE = 2;
/** A weaker call is only a guess, and is heard when there is nothing better. */
const SURE: Readonly<Record<Entry['kind'], number>> = { place: 0.65, thing: 0.65, inner: 0.38, general: 0.2 };
const GUESS_SHARE = 0.03;
/** A used-up entry begins a new round only when all others that are called for are used up too. */
const NEW_ROUND = 0.001;
/** So sure a call makes clear what a sentence's “it” is. */
const CLEAR = 0.9;

/** What a style prefers: what can be seen and heard, or what can be thought. */
export type Leaning = (entry: Entry) => number;

export class Chooser {
  /** Ids of what was chosen, in order. */
  readonly chosen: string[] = [];
  readonly #random: () => number;
  readonly #leaning: Leaning;
  /** How often each detail was used. */
  readonly #uses = new Map<string, number>();
  /** How often each entry is used up, for those that were looked at since they last changed. */
  readonly #rounds = new Map<string, number>();
  readonly #recent: string[] = [];
  readonly #openings: string[] = [];

  /** @param used ids that the book has used, oldest first; one that is there twice was used in two rounds */
  constructor(used: readonly string[], random: () => number, leaning: Leaning) {
    this.#random = random;
    this.#leaning = leaning;
    for (const id of used) {
      const detail = BY_ID.get(id);
      if (detail) this.#note(detail);
    }
  }

  /** The next detail, or null where none fits. */
  choose(wanted: Wanted): Detail | null {
    const scored = THESAURUS.map((entry) => ({ entry, score: this.#score(entry, wanted) * this.#leaning(entry) * (0.5 + this.#random()) }))
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score);
    for (const { entry } of scored) {
      const detail = this.#pick(entry, wanted);
      if (!detail) continue;
      this.#note(detail);
      this.chosen.push(detail.id);
      return detail;
    }
    return null;
  }

  #note(detail: Detail): void {
    this.#uses.set(detail.id, (this.#uses.get(detail.id) ?? 0) + 1);
    this.#rounds.delete(detail.entry.id);
    if (this.#recent.push(detail.entry.id) > RECENT) this.#recent.shift();
    if (this.#openings.push(opening(detail.template)) > 2) this.#openings.shift();
  }

  #usesOf(detail: Detail): number {
    return this.#uses.get(detail.id) ?? 0;
  }

  #roundOf(entry: Entry): number {
    const known = this.#rounds.get(entry.id);
    if (known !== undefined) return known;
    const round = Math.min(...(BY_ENTRY.get(entry.id) ?? []).map((detail) => this.#usesOf(detail)));
    this.#rounds.set(entry.id, round);
    return round;
  }

  #score(entry: Entry, wanted: Wanted): number {
    const near = wanted.near.get(entry.id) ?? 0;
    const sum = wanted.far.get(entry.id) ?? 0;
    const far = entry.kind === 'place' && sum < FAR_PLACE ? 0 : Math.min(sum, 2) * FAR_SHARE;
    const called = Math.max(near, far);
    const heard = called >= SURE[entry.kind] ? called : called * GUESS_SHARE;
    const score = Math.max(heard, entry.kind === 'general' ? GENERAL_SCORE : 0) * NEW_ROUND ** this.#roundOf(entry);
    if (wanted.goesOn === entry.id) return score * 3;
    const last = this.#recent.lastIndexOf(entry.id);
    return last < 0 ? score : score * RECENT_SHARE * (this.#recent.length - last);
  }

  /** One of the entry's least used details that fits, where it can be one that begins otherwise than the last two. */
  #pick(entry: Entry, wanted: Wanted): Detail | null {
    const round = this.#roundOf(entry);
    const clear = isClear(entry, wanted);
    const fit = (BY_ENTRY.get(entry.id) ?? []).filter(
      (detail) =>
        this.#usesOf(detail) === round &&
        detail.words >= wanted.shortest &&
        detail.words <= wanted.longest &&
        (wanted.withPerson || !needsPerson(detail.template)) &&
        (clear || !POINTS_BACK.test(detail.template)),
    );
    const fresh = fit.filter((detail) => !this.#openings.includes(opening(detail.template)));
    const from = fresh.length > 0 ? fresh : fit;
    return from[Math.floor(this.#random() * from.length)] ?? null;
  }
}

const POINTS_BACK = /^(?:It|They|Its|Their|Such|Whatever)\b/;

/** True when a detail that begins with “it” would point at what the sentence before speaks of. */
function isClear(entry: Entry, wanted: Wanted): boolean {
  if (entry.kind === 'general') return wanted.goesOn === null;
  return wanted.goesOn === entry.id || (wanted.last.get(entry.id) ?? 0) >= CLEAR;
}

function opening(template: string): string {
  return template.split(' ', 2)[0] ?? '';
}

/** Every detail of the thesaurus. */
export function allDetails(): readonly Detail[] {
  return DETAILS;
}

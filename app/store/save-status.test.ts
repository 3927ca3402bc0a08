import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SaveStatus } from '../recto-app.ts';
import { joinSaveStatus } from './save-status.ts';

const SAVED: SaveStatus = { state: 'saved' };
const SAVING: SaveStatus = { state: 'saving' };
const FULL: SaveStatus = { state: 'not-saved', message: 'The disk is full.' };

let drafts: BehaviorSubject<SaveStatus>;
let mirror: BehaviorSubject<SaveStatus>;
let answer: () => void;
let refuse: () => void;
let seen: SaveStatus[];

beforeEach(() => {
  vi.useFakeTimers();
  drafts = new BehaviorSubject(SAVED);
  mirror = new BehaviorSubject(SAVED);
  seen = [];
  const settled = (): Promise<void> =>
    new Promise((resolve, reject) => {
      answer = resolve;
      refuse = () => reject(new Error('full'));
    });
  joinSaveStatus(drafts, { status$: mirror, settled }).subscribe((status) => seen.push(status));
});
afterEach(() => void vi.useRealTimers());

/** A draft that is typed in and stored, and whose row is on its way. */
function typeAndStore(): void {
  drafts.next(SAVING);
  mirror.next(SAVING);
  drafts.next(SAVED);
}

describe('the one status of saving', () => {
  it('is Saving until the file has what was typed, whatever else is on its way', async () => {
    typeAndStore();
    expect(seen).toEqual([SAVED, SAVING]);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    // The counts of its words are still owed.
    expect(mirror.value).toBe(SAVING);
    expect(seen).toEqual([SAVED, SAVING, SAVED]);
    mirror.next(SAVED);
    expect(seen).toEqual([SAVED, SAVING, SAVED]);
  });

  it('does not mention what the app writes by itself, unless it takes long', async () => {
    mirror.next(SAVING);
    await vi.advanceTimersByTimeAsync(900);
    mirror.next(SAVED);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen).toEqual([SAVED]);
    mirror.next(SAVING);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual([SAVED, SAVING]);
    mirror.next(SAVED);
    expect(seen).toEqual([SAVED, SAVING, SAVED]);
  });

  it('is Not saved at once when either fails, and Saving again until what was typed is there', async () => {
    typeAndStore();
    mirror.next(FULL);
    refuse();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([SAVED, SAVING, FULL]);
    mirror.next(SAVING);
    mirror.next(SAVED);
    expect(seen).toEqual([SAVED, SAVING, FULL, SAVING, SAVED]);
    drafts.next(FULL);
    expect(seen.at(-1)).toBe(FULL);
  });

  it('goes by the last of two saves', async () => {
    typeAndStore();
    const first = answer;
    typeAndStore();
    first();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([SAVED, SAVING]);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([SAVED, SAVING, SAVED]);
  });
});

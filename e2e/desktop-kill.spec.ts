/**
 * kill -9 while the author types, at any moment: every word for which the window said 'Saved' is there, once and in its
 * order.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { createBook, draft, openBook, readDraft, waitForSaved, writeDraft } from './desk.ts';
import type { Desktop } from './desktop.ts';
import { expect, test } from './fixtures.ts';
import { makeRandom, ROUNDS, SEED } from './torture.ts';

const TITLE = 'The Keeper';
/** More than is typed before the longest wait is over. */
const WORDS = 2000;
/** From before the first word is stored to well after many are. */
const LONGEST_WAIT_MS = 3500;
/** Words are stored when an author pauses, and after a while when none is made. */
const LONGEST_PAUSE_MS = 900;

/** What the page tells: the whole draft as it was at a moment at which its status became 'Saved'. */
interface Witness {
  saved: string;
  times: number;
}

/** From now on each 'Saved' is noted in the moment it is shown, with the words that are there then. */
async function watchSaved(page: Page): Promise<Witness> {
  const witness: Witness = { saved: '', times: 0 };
  await page.exposeFunction('noteSaved', (text: string) => {
    witness.saved = text;
    witness.times += 1;
  });
  await page.evaluate(() => {
    const { noteSaved } = window as unknown as { noteSaved(text: string): void };
    new MutationObserver((changes) => {
      // Only a change of the status itself says something of the words: they are there before it says 'Saving'.
      const isStatus = changes.some(({ target }) => target instanceof HTMLElement && target.matches('output[data-state]'));
      if (!isStatus || !document.querySelector('output[data-state="saved"]')) return;
      noteSaved([...document.querySelectorAll('[role="textbox"][aria-label="Draft"] .cm-line')].map((line) => line.textContent).join('\n'));
    }).observe(document.body, { subtree: true, attributeFilter: ['data-state'] });
  });
  return witness;
}

async function findDraft(page: Page): Promise<void> {
  await draft(page)
    .or(page.getByRole('link', { name: TITLE }))
    .first()
    .waitFor();
  if (!(await draft(page).isVisible())) await openBook(page, TITLE);
  await draft(page).waitFor();
}

/** Types numbered words, a few at a time, until the page is gone. */
async function typeUntilGone(page: Page, text: string, random: () => number): Promise<void> {
  await draft(page).click();
  await page.keyboard.press('ControlOrMeta+End');
  for (const word of text.split(/(?<= )/)) {
    await page.keyboard.type(word);
    if (random() < 0.2) await wait(random() * LONGEST_PAUSE_MS);
  }
  throw new Error('All was typed before the end came: type more.');
}

interface Victim {
  name: string;
  kill(desktop: Desktop): Promise<Page>;
}

const VICTIMS: readonly Victim[] = [
  {
    name: 'the program',
    async kill(desktop) {
      await desktop.killMain();
      return desktop.open();
    },
  },
  {
    name: 'the window’s process',
    async kill(desktop) {
      // Asked from the fourth in a minute on.
      await desktop.answerDialog('showMessageBox', { button: 'Open Again' });
      return desktop.killRenderer();
    },
  },
];

for (const { name, kill } of VICTIMS)
  test(`kill -9 of ${name} while an author types loses no word that was ‘Saved’`, async ({ newDesktop }) => {
    test.setTimeout(60_000 + ROUNDS * 30_000);
    console.log(`seed ${SEED}, ${ROUNDS} rounds`);
    const random = makeRandom(SEED);
    const desktop = newDesktop();
    let page = await desktop.open();
    await createBook(page, TITLE, 'A. Writer');
    const kept: { unsaved: number; times: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const begin = `Round ${round}:`;
      await writeDraft(page, begin);
      const typed = `${begin}${Array.from({ length: WORDS }, (_, word) => ` r${round}w${word}`).join('')}`;
      const witness = await watchSaved(page);
      const typing = typeUntilGone(page, typed.slice(begin.length), makeRandom(SEED + round)).catch((thrown: unknown) => thrown);
      await wait(Math.floor(random() * LONGEST_WAIT_MS));
      // On a busy machine no round may have come so far: one that saw no 'Saved' proves nothing.
      if (round === ROUNDS - 1 && kept.every(({ times }) => times === 0)) await expect.poll(() => witness.times).toBeGreaterThan(0);
      page = await kill(desktop);
      expect(String(await typing)).not.toContain('All was typed');
      await findDraft(page);
      const found = await readDraft(page);
      const saved = witness.saved || begin;
      // Once, in order, nothing foreign: a beginning of what was typed; and no shorter than what was 'Saved'.
      expect(typed.startsWith(found), `round ${round} of seed ${SEED}: “${found.slice(-80)}” is no beginning of what was typed`).toBe(true);
      expect(typed.startsWith(saved)).toBe(true);
      expect(found.length, `round ${round} of seed ${SEED}: “${saved.slice(-40)}” was ‘Saved’, and there is “${found.slice(-40)}”`).toBeGreaterThanOrEqual(saved.trimEnd().length);
      kept.push({ unsaved: found.length - saved.length, times: witness.times });
      await waitForSaved(page);
    }
    const witnessed = kept.filter(({ times }) => times > 0).length;
    console.log(`${name}: ${ROUNDS} kills, ‘Saved’ was seen ${kept.reduce((sum, { times }) => sum + times, 0)} times in ${witnessed} of them; no saved character is missing; ${kept.reduce((sum, { unsaved }) => sum + Math.max(0, unsaved), 0)} more were there than ‘Saved’ had said`);
    expect(witnessed).toBeGreaterThan(0);
  });

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createQuitGuard, type QuitAnswer } from './quit-guard.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(answers: (QuitAnswer | Error)[] = []) {
  const flushed: number[] = [];
  const asked: string[] = [];
  const problems: unknown[] = [];
  const page = { isThere: true, isShown: true, answersLast: true };
  let ends = 0;
  const guard = createQuitGuard({
    hasPage: () => page.isThere,
    flush(flushId) {
      flushed.push(flushId);
      if (!page.isShown && page.answersLast) guard.flushed({ flushId, saved: true });
    },
    hide: () => void (page.isShown = false),
    show: () => void (page.isShown = true),
    ask: async (reason) => {
      asked.push(reason);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? new Promise<never>(() => undefined);
    },
    end: async () => void (ends += 1),
    onProblem: (thrown) => problems.push(thrown),
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { guard, flushed, asked, problems, page, settle, ends: () => ends };
}

test('it ends when the page says that all is saved, and not before', async () => {
  const { guard, flushed, ends, settle } = setUp();
  guard.begin();
  await vi.advanceTimersByTimeAsync(9_000);
  expect([flushed, ends(), guard.isOver]).toEqual([[1], 0, false]);
  guard.flushed({ flushId: 1, saved: true });
  await settle();
  expect([ends(), guard.isOver]).toEqual([1, true]);
});

test('closing twice asks the page once', async () => {
  const { guard, flushed, ends, settle } = setUp();
  guard.begin();
  guard.begin();
  await settle();
  expect(flushed).toEqual([1]);
  guard.flushed({ flushId: 1, saved: true });
  await settle();
  guard.begin();
  await settle();
  expect(ends()).toBe(1);
});

test('what was typed while the page answered is stored, too: the window is hidden, and asked once more', async () => {
  const { guard, flushed, page, asked, ends, settle } = setUp(['wait']);
  page.answersLast = false;
  guard.begin();
  await settle();
  expect([flushed, page.isShown]).toEqual([[1], true]);
  guard.flushed({ flushId: 1, saved: true });
  await settle();
  expect([flushed, page.isShown, ends()]).toEqual([[1, 2], false, 0]);
  guard.flushed({ flushId: 2, saved: false, message: 'The disk is full.' });
  await settle();
  expect([asked, flushed, page.isShown, ends()]).toEqual([['The disk is full.'], [1, 2, 3], true, 0]);
  guard.flushed({ flushId: 3, saved: true });
  await settle();
  guard.flushed({ flushId: 4, saved: true });
  await settle();
  expect([page.isShown, ends()]).toEqual([false, 1]);
});

test('what is not saved is the author’s to let go, in the page’s own words', async () => {
  const { guard, asked, ends, settle } = setUp(['close']);
  guard.begin();
  guard.flushed({ flushId: 1, saved: false, message: 'The disk is full.' });
  await settle();
  expect([asked, ends()]).toEqual([['The disk is full.'], 1]);
});

test('waiting asks the page again, and a late answer to the first question counts for nothing', async () => {
  const { guard, flushed, asked, ends, settle } = setUp(['wait']);
  guard.begin();
  guard.flushed({ flushId: 1, saved: false });
  await settle();
  expect([flushed, asked.length]).toEqual([[1, 2], 1]);
  guard.flushed({ flushId: 1, saved: true });
  await settle();
  expect(ends()).toBe(0);
  guard.flushed({ flushId: 2, saved: true });
  await settle();
  expect(ends()).toBe(1);
});

test('a page that does not answer in 10 s is asked about', async () => {
  const { guard, asked, ends } = setUp();
  guard.begin();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual([expect.stringContaining('does not answer')]);
  expect(ends()).toBe(0);
});

test('with no page there is nothing to wait for', async () => {
  const { guard, flushed, page, ends, settle } = setUp();
  page.isThere = false;
  guard.begin();
  await settle();
  expect([flushed, ends()]).toEqual([[], 1]);
});

test('a page that stops while it saves is not waited for', async () => {
  const { guard, page, asked, ends, settle } = setUp();
  guard.begin();
  page.isThere = false;
  guard.pageGone();
  await settle();
  expect([asked, ends()]).toEqual([[], 1]);
});

test('when the system goes down nobody is asked: it ends with the answer, or after 10 s', async () => {
  const first = setUp();
  first.guard.begin({ mayAsk: false });
  first.guard.flushed({ flushId: 1, saved: false });
  await first.settle();
  const second = setUp();
  second.guard.begin({ mayAsk: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([first.ends(), second.ends(), first.asked, second.asked]).toEqual([1, 1, [], []]);
});

test('where nobody can be asked the words stay, and closing can be tried again', async () => {
  const failure = new Error('no dialog');
  const { guard, problems, flushed, ends, settle } = setUp([failure]);
  guard.begin();
  guard.flushed({ flushId: 1, saved: false });
  await settle();
  expect([problems, ends()]).toEqual([[failure], 0]);
  guard.begin();
  guard.flushed({ flushId: 2, saved: true });
  await settle();
  expect([flushed, ends()]).toEqual([[1, 2, 3], 1]);
});

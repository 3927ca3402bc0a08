import { BehaviorSubject } from 'rxjs';
import { expect, test } from 'vitest';
import type { RectoApp, SaveStatus } from '#app/recto-app.ts';
import { RectoError } from '#schemas/errors.ts';
import { answerFlush } from './answer-flush.ts';
import type { Desktop } from './desktop.ts';

function createProgram() {
  const answers: unknown[] = [];
  let ask: (data: { flushId: number }) => void = () => undefined;
  let answered: () => void = () => undefined;
  const desktop = {
    on(_name: string, listener: typeof ask) {
      ask = listener;
      return () => undefined;
    },
    async call(_name: string, input: unknown) {
      answers.push(input);
      answered();
    },
  } as unknown as Desktop;
  const flush = (flushId: number): Promise<void> =>
    new Promise((resolve) => {
      answered = resolve;
      ask({ flushId });
    });
  return { desktop, answers, flush };
}

const appOf = (saveStatus$: BehaviorSubject<SaveStatus>, flush: () => Promise<void>): RectoApp => ({ saveStatus$, flush }) as unknown as RectoApp;

test('the program hears that all is saved only when it is', async () => {
  const { desktop, answers, flush } = createProgram();
  const status$ = new BehaviorSubject<SaveStatus>({ state: 'saving' });
  answerFlush(desktop, appOf(status$, async () => undefined));
  const asked = flush(3);
  await Promise.resolve();
  expect(answers).toEqual([]);
  status$.next({ state: 'saved' });
  await asked;
  expect(answers).toEqual([{ flushId: 3, saved: true }]);
});

test('what is not saved is told with its sentence', async () => {
  const { desktop, answers, flush } = createProgram();
  answerFlush(desktop, appOf(new BehaviorSubject<SaveStatus>({ state: 'not-saved', message: 'The disk is full.' }), async () => undefined));
  await flush(1);
  answerFlush(desktop, appOf(new BehaviorSubject<SaveStatus>({ state: 'saved' }), () => Promise.reject(new RectoError('storage_failed', 'It failed.'))));
  await flush(2);
  expect(answers).toEqual([
    { flushId: 1, saved: false, message: 'The disk is full.' },
    { flushId: 2, saved: false, message: 'It failed.' },
  ]);
});

test('a window whose library could not be opened may close', async () => {
  const { desktop, answers, flush } = createProgram();
  answerFlush(desktop, null);
  await flush(1);
  expect(answers).toEqual([{ flushId: 1, saved: true }]);
});

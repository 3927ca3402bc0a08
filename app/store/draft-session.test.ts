import * as fc from 'fast-check';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RectoError } from '#schemas/errors.ts';
import type { DraftSession, SaveStatus } from '../recto-app.ts';
import { createDraftSession, type DraftSource } from './draft-session.ts';

/** A library that takes its time, can fail, and that others write to. */
function createSource(text: string) {
  const changes = new Subject<void>();
  const source = {
    stored: text as string | null,
    writes: [] as string[],
    failWith: null as Error | null,
    writeMs: 0,
    changes$: changes.asObservable(),
    read: async () => source.stored,
    async write(merge: (stored: string) => string) {
      if (source.writeMs > 0) await new Promise((resolve) => setTimeout(resolve, source.writeMs));
      if (source.failWith) throw source.failWith;
      const next = merge(source.stored ?? '');
      if (next !== source.stored) {
        source.writes.push(next);
        source.stored = next;
        changes.next();
      }
      return next;
    },
    /** Another window or device writes. */
    writeElsewhere(next: string) {
      source.stored = next;
      changes.next();
    },
  };
  return source satisfies DraftSource;
}

/** An editor that takes what comes from elsewhere, as CodeMirror does. */
function createEditor(session: DraftSession) {
  const editor = {
    text: session.initialText,
    reads: 0,
    received: [] as string[],
    type(text: string) {
      editor.text = text;
      session.changed(editor.read);
    },
    read: () => {
      editor.reads += 1;
      return editor.text;
    },
  };
  session.external$.subscribe((text) => {
    editor.received.push(text);
    editor.text = text;
  });
  return editor;
}

function open(text = 'One.') {
  const source = createSource(text);
  const statuses: SaveStatus[] = [];
  let closed = false;
  const session = createDraftSession({
    source,
    initialText: text,
    clock: { now: () => Date.now() },
    keepReplaced: async () => undefined,
    onStatus: (status) => statuses.push(status),
    onClosed: () => {
      closed = true;
    },
  });
  return { source, session, editor: createEditor(session), statuses, isClosed: () => closed };
}

const states = (statuses: readonly SaveStatus[]): string[] => statuses.map(({ state }) => state);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('saving', () => {
  it('saves 300 ms after a pause, and says so', async () => {
    const { source, editor, statuses } = open();
    editor.type('One. Two.');
    await vi.advanceTimersByTimeAsync(299);
    expect(source.writes).toEqual([]);
    expect(states(statuses)).toEqual(['saving']);
    await vi.advanceTimersByTimeAsync(1);
    expect(source.writes).toEqual(['One. Two.']);
    expect(states(statuses)).toEqual(['saving', 'saved']);
  });

  it('saves 2 s after the first change at the latest, however fast one types, and reads the text only then', async () => {
    const { source, editor } = open('');
    for (let typed = 1; typed <= 25; typed += 1) {
      editor.type('x'.repeat(typed));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(source.writes).toHaveLength(1);
    expect(source.writes[0]!.length).toBeGreaterThanOrEqual(20);
    expect(editor.reads).toBeLessThanOrEqual(2);
  });

  it('saves at once when it is told to, and what was typed during a save in a save of its own', async () => {
    const { source, session, editor } = open();
    source.writeMs = 50;
    editor.type('One. Two.');
    const first = session.flush();
    await vi.advanceTimersByTimeAsync(10);
    editor.type('One. Two. Three.');
    const second = session.flush();
    await vi.advanceTimersByTimeAsync(200);
    await Promise.all([first, second]);
    expect(source.writes).toEqual(['One. Two.', 'One. Two. Three.']);
    expect(editor.received).toEqual([]);
  });

  it('keeps the text when the disk is full, says so, tries again by itself, and then says that it is saved', async () => {
    const { source, editor, session, statuses } = open();
    source.failWith = new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    editor.type('One. Two.');
    await vi.advanceTimersByTimeAsync(300);
    expect(statuses.at(-1)).toMatchObject({ state: 'not-saved', message: expect.stringContaining('full') });
    await expect(session.flush()).rejects.toMatchObject({ code: 'storage_full' });
    editor.type('One. Two. Three.');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(source.writes).toEqual([]);
    source.failWith = null;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(source.writes).toEqual(['One. Two. Three.']);
    expect(statuses.at(-1)).toEqual({ state: 'saved' });
  });

  it('takes an aborted transaction for what it is, a full disk, not for a cancel', async () => {
    const { source, editor, session } = open();
    source.failWith = new DOMException('aborted', 'AbortError');
    editor.type('Two.');
    await expect(session.flush()).rejects.toMatchObject({ code: 'storage_full' });
  });

  it('saves when it is closed, and stays open when it can’t', async () => {
    const { source, session, editor, isClosed } = open();
    editor.type('Two.');
    source.failWith = new RectoError('storage_failed', 'No.');
    await expect(session.close()).rejects.toMatchObject({ code: 'storage_failed' });
    expect(isClosed()).toBe(false);
    source.failWith = null;
    await session.close();
    expect(isClosed()).toBe(true);
    expect(source.stored).toBe('Two.');
  });
});

describe('changes from elsewhere', () => {
  it('reach the editor merged with what is typed and not saved, and neither side loses a word', async () => {
    const { source, session, editor } = open('One.\n\nTwo.');
    editor.type('One, typed here.\n\nTwo.');
    source.writeElsewhere('One.\n\nTwo, written there.');
    await vi.advanceTimersByTimeAsync(0);
    expect(editor.text).toBe('One, typed here.\n\nTwo, written there.');
    await session.flush();
    expect(source.stored).toBe('One, typed here.\n\nTwo, written there.');
  });

  it('are merged when they were stored while a save was under way', async () => {
    const { source, session, editor } = open('One.\n\nTwo.');
    source.writeMs = 100;
    editor.type('One, typed here.\n\nTwo.');
    const saved = session.flush();
    await vi.advanceTimersByTimeAsync(50);
    source.writeElsewhere('One.\n\nTwo, written there.');
    editor.type('One, typed here and on.\n\nTwo.');
    await vi.advanceTimersByTimeAsync(3_000);
    await saved;
    expect(editor.text).toBe('One, typed here and on.\n\nTwo, written there.');
    expect(source.stored).toBe(editor.text);
  });

  it('are not emitted for the session’s own saves, also when their echo comes late', async () => {
    const { source, session, editor } = open();
    editor.type('Two.');
    await session.flush();
    editor.type('Two. Three.');
    source.writeElsewhere('Two.');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(editor.received).toEqual([]);
    expect(editor.text).toBe('Two. Three.');
    expect(source.stored).toBe('Two. Three.');
  });

  it('that came before anyone listened are given to the first who listens', async () => {
    const source = createSource('One.');
    const session = createDraftSession({ source, initialText: 'One.', clock: { now: () => Date.now() }, keepReplaced: async () => undefined, onStatus: () => undefined, onClosed: () => undefined });
    source.writeElsewhere('One. More.');
    await vi.advanceTimersByTimeAsync(0);
    expect(createEditor(session).text).toBe('One. More.');
  });

  it('are not undone by an editor that takes them late', async () => {
    const source = createSource('One.\n\nTwo.');
    const session = createDraftSession({ source, initialText: 'One.\n\nTwo.', clock: { now: () => Date.now() }, keepReplaced: async () => undefined, onStatus: () => undefined, onClosed: () => undefined });
    session.external$.subscribe(() => undefined);
    session.changed(() => 'One, typed.\n\nTwo.');
    source.writeElsewhere('One.\n\nTwo, there.');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(source.stored).toBe('One, typed.\n\nTwo, there.');
  });

  it('whatever the order of typing, saving and writing elsewhere: each word ends in the library and on the screen', async () => {
    const step = fc.record({ who: fc.constantFrom('here', 'there'), wait: fc.constantFrom(0, 50, 400, 2_500), paragraph: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.constantFrom(0, 120), async (steps, writeMs) => {
        const { source, session, editor } = open('a\n\nb\n\nc\n\nd');
        source.writeMs = writeMs;
        const words: string[] = [];
        let there = 0;
        for (const [index, { who, wait, paragraph }] of steps.entries()) {
          const word = `${who}${index}`;
          words.push(word);
          if (who === 'here') editor.type(addWord(editor.text, paragraph, word));
          else {
            there += 1;
            source.writeElsewhere(addWord(source.stored ?? '', paragraph, word));
          }
          await vi.advanceTimersByTimeAsync(wait);
        }
        const flushed = session.flush();
        await vi.advanceTimersByTimeAsync(10_000);
        await flushed;
        expect(source.stored).toBe(editor.text);
        for (const word of words) expect(source.stored).toContain(word);
        expect(there > 0 || editor.received.length === 0).toBe(true);
        await session.close();
      }),
      { numRuns: 150 },
    );
  });
});

function addWord(text: string, paragraph: number, word: string): string {
  return text.split('\n\n').map((part, index) => (index === paragraph ? `${part} ${word}` : part)).join('\n\n');
}

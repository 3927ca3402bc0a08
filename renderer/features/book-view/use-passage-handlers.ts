import { useMemo } from 'react';
import type { ExpansionView, RectoApp } from '#app/recto-app.ts';
import { discardPassage } from '#app/use-cases/discard-passage.ts';
import { editExpansion } from '#app/use-cases/edit-expansion.ts';
import { expandChapter } from '#app/use-cases/expand-chapter.ts';
import { keepPassage } from '#app/use-cases/keep-passage.ts';
import { findPassageAt } from '#renderer/features/editor/passage-at.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useToast } from '#renderer/ui/toast.tsx';
import type { OpenSpread } from './open-spread.ts';
import type { PassageHandlers } from './PassageMargin.tsx';

interface PassageHandlersOptions {
  app: RectoApp;
  bookId: string;
  chapterId: string;
  opened: OpenSpread | null;
  expansion: ExpansionView | null;
}

/** What a passage's buttons and the key for the passage under the caret do. */
export function usePassageHandlers({ app, bookId, chapterId, opened, expansion }: PassageHandlersOptions): PassageHandlers {
  const { show, showError } = useToast();
  const handlers = useMemo<PassageHandlers>(() => {
    const place = { bookId, chapterId };
    const run = (task: () => Promise<unknown>): void => void settle(task).catch(showError);
    // Passages are counted on what is stored: first what is on the pages must be.
    const settle = async (task: () => Promise<unknown>): Promise<void> => {
      await opened?.flush();
      await app.flush();
      await task();
    };
    return {
      expand: (index) => run(() => expandChapter(app, { ...place, passages: [index], again: true })),
      keep: (index) => run(() => keepPassage(app, { ...place, index })),
      discard: (index) =>
        run(async () => {
          const before = opened?.expansionText();
          await discardPassage(app, { ...place, index });
          if (before === undefined) return;
          show({ message: `Passage ${index + 1} was discarded: the draft’s own words stand there.`, undo: () => editExpansion(app, { ...place, text: before }) });
        }),
    };
  }, [app, bookId, chapterId, opened, show, showError]);

  useCommands([
    {
      id: 'passage.expand',
      name: 'Expand this passage',
      group: 'Write',
      key: 'Mod+Enter',
      run: () => {
        const caret = opened?.caret();
        if (!caret) return;
        const index = caret.passage ?? findPassageAt(caret.text, caret.offset, expansion?.passages ?? null);
        if (index !== null) handlers.expand(index);
      },
    },
  ]);
  return handlers;
}

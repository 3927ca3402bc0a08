import type { ChapterVersion } from '#app/recto-app.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { goTo } from '#renderer/shell/router.ts';

interface HistoryCommandsOptions {
  bookId: string;
  chapterId: string;
  /** Those in the timeline, newest first. */
  listed: readonly ChapterVersion[];
  chosen: ChapterVersion | null;
  onName(): void;
}

/** What can be done in a chapter's history, with its keys. */
export function useHistoryCommands({ bookId, chapterId, listed, chosen, onName }: HistoryCommandsOptions): void {
  const at = listed.findIndex(({ id }) => id === chosen?.id);
  const openAt = (place: number): void => {
    const version = listed[place];
    if (version) goTo({ name: 'history', bookId, chapterId, versionId: version.id }, { replace: true });
  };
  useCommands([
    { id: 'history.older', name: 'The version before', group: 'History', key: 'Alt+PageDown', disabled: at < 0 || at === listed.length - 1, run: () => openAt(at + 1) },
    { id: 'history.newer', name: 'The version after', group: 'History', key: 'Alt+PageUp', disabled: at <= 0, run: () => openAt(at - 1) },
    { id: 'history.name', name: 'Name this version of the chapter', group: 'History', key: 'Alt+Shift+S', keywords: ['snapshot', 'keep'], run: onName },
    { id: 'history.close', name: 'Go back to the chapter', group: 'History', key: 'Alt+Shift+H', run: () => goTo({ name: 'book', bookId, chapterId, tab: 'write' }) },
  ]);
}

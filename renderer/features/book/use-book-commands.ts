import type { BookView, ChapterView } from '#app/recto-app.ts';
import { useCommands, type Command } from '#renderer/features/palette/commands.ts';
import { goTo, type BookTab } from '#renderer/shell/router.ts';
import { askToRename } from './rename-request.ts';
import type { ChapterActions } from './use-chapter-actions.ts';

const isMac = /Mac/.test(navigator.platform);

interface BookCommandsOptions {
  book: BookView;
  chapter: ChapterView | null;
  tab: BookTab;
  actions: ChapterActions;
  onCompile(): void;
  onExpandBook(): void;
  onThread(): void;
  onFocusMode(): void;
  onPanel(): void;
}

/** The chapter that a key is about: the one in the tree that has the focus, else the open one. */
function findTarget(open: ChapterView | null): string | null {
  const focused = document.activeElement;
  const inTree = focused instanceof HTMLElement ? focused.closest<HTMLElement>('[role="treeitem"]')?.dataset['chapter'] : undefined;
  return inTree ?? open?.id ?? null;
}

/** Every action of a book, with its key. */
export function useBookCommands({ book, chapter, tab, actions, onCompile, onExpandBook, onThread, onFocusMode, onPanel }: BookCommandsOptions): void {
  const none = chapter === null;
  const withTarget = (run: (chapterId: string) => void | Promise<void>) => () => {
    const target = findTarget(chapter);
    return target === null ? undefined : run(target);
  };
  const index = book.chapters.findIndex((candidate) => candidate.id === chapter?.id);
  const openAt = (place: number): void => {
    const next = book.chapters[place];
    if (next) actions.open(next.id);
  };
  const toTab = (next: BookTab): void => {
    if (chapter) goTo({ name: 'book', bookId: book.id, chapterId: chapter.id, tab: next });
  };
  const commands: Command[] = [
    { id: 'chapter.expand', name: 'Expand the chapter', group: 'Write', key: 'Mod+Shift+Enter', disabled: none, run: withTarget(actions.expand) },
    { id: 'chapter.thread', name: 'The chapter’s thread: ask for another go, look at older ones', group: 'Write', key: 'Mod+Alt+T', disabled: none, keywords: ['history', 'instruction', 'again'], run: onThread },
    {
      id: 'chapter.history',
      name: 'The chapter’s history: compare versions, bring back what was',
      group: 'Write',
      key: 'Alt+Shift+H',
      disabled: none,
      keywords: ['version', 'snapshot', 'restore', 'timeline'],
      run: withTarget((chapterId) => goTo({ name: 'history', bookId: book.id, chapterId, versionId: null })),
    },
    { id: 'tab.toggle', name: tab === 'write' ? 'Book view' : 'Write', group: 'Write', key: 'Mod+E', disabled: none, run: () => toTab(tab === 'write' ? 'view' : 'write') },
    { id: 'tab.pitch', name: 'Pitch', group: 'Book', key: 'Alt+Shift+P', keywords: ['synopsis', 'logline', 'query letter', 'back cover', 'keywords'], disabled: none || tab === 'pitch', run: () => toTab('pitch') },
    { id: 'focus.toggle', name: 'Focus mode: the page alone', group: 'Write', key: 'F11', run: onFocusMode },
    {
      id: 'chapter.edition',
      name: chapter?.edition === 'expansion' ? 'Compile this chapter’s draft' : 'Compile this chapter’s expansion',
      group: 'Chapters',
      key: 'Mod+Alt+E',
      disabled: none,
      run: () => (chapter ? actions.setEdition(chapter.id, chapter.edition === 'expansion' ? 'draft' : 'expansion') : undefined),
    },
    { id: 'book.expand', name: 'Expand the whole book', group: 'Book', key: 'Mod+Alt+Enter', disabled: book.chapters.length === 0, run: onExpandBook },
    { id: 'book.compile', name: 'Compile', group: 'Book', key: 'Mod+Shift+E', keywords: ['export', 'epub', 'docx', 'word'], run: onCompile },
    { id: 'chapters.focus', name: 'Go to the chapters', group: 'Book', key: 'F6', run: () => focusTree(onPanel) },
    { id: 'chapter.add', name: 'Add a chapter', group: 'Chapters', key: 'Alt+Shift+N', run: () => actions.add(chapter?.id) },
    { id: 'chapter.next', name: 'Next chapter', group: 'Chapters', key: 'Alt+PageDown', disabled: none, run: () => openAt(index + 1) },
    { id: 'chapter.previous', name: 'Previous chapter', group: 'Chapters', key: 'Alt+PageUp', disabled: none, run: () => openAt(index - 1) },
    { id: 'chapter.rename', name: 'Rename the chapter', group: 'Chapters', key: 'F2', disabled: none, run: withTarget(askToRename) },
    // On a Mac, Alt and an arrow move by words and paragraphs in text.
    { id: 'chapter.up', name: 'Move the chapter up', group: 'Chapters', key: 'Alt+ArrowUp', inText: !isMac, disabled: none, run: withTarget((id) => actions.moveBy(id, -1)) },
    { id: 'chapter.down', name: 'Move the chapter down', group: 'Chapters', key: 'Alt+ArrowDown', inText: !isMac, disabled: none, run: withTarget((id) => actions.moveBy(id, 1)) },
    { id: 'chapter.delete', name: 'Delete the chapter', group: 'Chapters', key: 'Delete', within: '[role="tree"]', disabled: none, run: withTarget(actions.remove) },
  ];
  useCommands(commands);
}

/** The tree's place for the keyboard; where it is slid away, it is shown first. */
function focusTree(show: () => void): void {
  const find = (): HTMLElement | null => document.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]');
  const item = find();
  if (!item) return;
  if (!item.checkVisibility({ visibilityProperty: true })) show();
  requestAnimationFrame(() => find()?.focus());
}

/** How a command that stands elsewhere asks the tree to let a chapter's title be typed. */
const EVENT = 'recto:rename-chapter';

export function askToRename(chapterId: string): void {
  window.dispatchEvent(new CustomEvent<string>(EVENT, { detail: chapterId }));
}

/** @returns how to stop */
export function onRenameAsked(listener: (chapterId: string) => void): () => void {
  const onEvent = (event: Event): void => {
    if (event instanceof CustomEvent && typeof event.detail === 'string') listener(event.detail);
  };
  window.addEventListener(EVENT, onEvent);
  return () => window.removeEventListener(EVENT, onEvent);
}

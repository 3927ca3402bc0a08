import type { KeyboardEvent } from 'react';
import { useKept } from '#renderer/shell/use-kept.ts';
import { ChapterNumber } from '#renderer/features/editor/ChapterOpening.tsx';
import { useToast } from '#renderer/ui/toast.tsx';

interface ChapterHeadingProps {
  number: number;
  title: string;
  onRename(title: string): Promise<void>;
}

/** A chapter's opening, set like a book's; its title is typed in place. */
export function ChapterHeading({ number, title, onRename }: ChapterHeadingProps) {
  const { showError } = useToast();
  const field = useKept(title, (typed) => {
    // A title is one line.
    const next = typed.replace(/\s+/g, ' ').trim();
    if (next !== title) void onRename(next).catch(showError);
  });
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape') field.drop();
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.currentTarget.blur();
    document.querySelector<HTMLElement>('[role="textbox"][contenteditable="true"]')?.focus();
  };
  return (
    <header className="chapter-opening">
      <ChapterNumber number={number} title={title} />
      <textarea
        className="chapter-opening-title title-field"
        aria-label="Chapter title"
        rows={1}
        value={field.value}
        placeholder="Untitled"
        maxLength={500}
        spellCheck={false}
        onChange={(event) => field.onInput(event.target.value)}
        onBlur={field.keep}
        onKeyDown={onKeyDown}
      />
    </header>
  );
}

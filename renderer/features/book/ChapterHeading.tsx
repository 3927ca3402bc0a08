import { useState, type KeyboardEvent } from 'react';
import { useToast } from '#renderer/ui/toast.tsx';

interface ChapterHeadingProps {
  number: number;
  title: string;
  onRename(title: string): Promise<void>;
}

/** A chapter's opening, set like a book's; its title is typed in place. */
export function ChapterHeading({ number, title, onRename }: ChapterHeadingProps) {
  const { showError } = useToast();
  const [typed, setTyped] = useState<string | null>(null);
  const keep = (): void => {
    // A title is one line.
    const next = typed?.replace(/\s+/g, ' ').trim();
    setTyped(null);
    if (next !== undefined && next !== title) void onRename(next).catch(showError);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape') setTyped(null);
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.currentTarget.blur();
    document.querySelector<HTMLElement>('[role="textbox"][contenteditable="true"]')?.focus();
  };
  return (
    <header className="chapter-opening">
      {!/^chapter\b/i.test(title) && <p className="chapter-opening-number">{number}</p>}
      <textarea
        className="chapter-opening-title title-field"
        aria-label="Chapter title"
        rows={1}
        value={typed ?? title}
        placeholder="Untitled"
        maxLength={500}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={onKeyDown}
      />
    </header>
  );
}

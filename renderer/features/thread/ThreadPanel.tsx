import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import type { ChapterView, ThreadItem } from '#app/recto-app.ts';
import { askAnotherGo } from '#app/use-cases/ask-another-go.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { TextArea } from '#renderer/ui/Field.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ThreadEntry } from './ThreadEntry.tsx';
import './thread.css';

interface ThreadPanelProps {
  bookId: string;
  chapter: ChapterView;
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** A chapter's thread, over the page: what was written, asked and grown, in order, and a box to ask for another go. */
export function ThreadPanel({ bookId, chapter, open, onOpenChange }: ThreadPanelProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Dialog.Portal>
        {/* The page beside it can be read and written while it stands there. */}
        <Dialog.Content className="thread-panel" aria-describedby={undefined} onOpenAutoFocus={focusBox} onInteractOutside={(event) => event.preventDefault()}>
          <header className="thread-head">
            <Dialog.Title className="thread-title" dir="auto">{chapter.title || 'Untitled'}</Dialog.Title>
            <Dialog.Close asChild>
              <Button kind="quiet" className="icon-button" aria-label="Close the thread">
                <X size={16} aria-hidden />
              </Button>
            </Dialog.Close>
          </header>
          <Thread key={chapter.id} bookId={bookId} chapter={chapter} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Who opens it by a key asks next; a phone's keyboard would cover what the thread shows. */
function focusBox(event: Event): void {
  if (matchMedia('(pointer: coarse)').matches) return;
  const box = event.currentTarget instanceof HTMLElement && event.currentTarget.querySelector('textarea');
  if (!box) return;
  event.preventDefault();
  box.focus();
}

function Thread({ bookId, chapter }: { bookId: string; chapter: ChapterView }) {
  const app = useApp();
  const thread$ = useMemo(() => app.observeThread(bookId, chapter.id), [app, bookId, chapter.id]);
  const items = useObservable<ThreadItem[] | null>(thread$, null);
  const list = useRef<HTMLDivElement>(null);
  const count = items?.length ?? 0;
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  const isNew = items !== null && items.every(({ kind }) => kind === 'draft');
  return (
    <>
      <div className="thread-items" ref={list}>
        {/* The newest at the foot, beside the box, as in any conversation. */}
        <ol aria-label="Thread">
          {items?.map((item) => (
            <ThreadEntry key={item.id} item={item} chapterId={chapter.id} />
          ))}
        </ol>
        {isNew && <p className="thread-empty">{chapter.words > 0 ? 'Nothing has grown from this draft yet. Ask for it below, with a wish or without.' : 'Write a few lines in this chapter first. Then ask here for what should grow from them.'}</p>}
      </div>
      <AskBox bookId={bookId} chapter={chapter} />
    </>
  );
}

function AskBox({ bookId, chapter }: { bookId: string; chapter: ChapterView }) {
  const app = useApp();
  const { showError } = useToast();
  const [wish, setWish] = useState('');
  const working = chapter.mark === 'working';
  const ask = async (): Promise<void> => {
    if (working) return;
    await app.flush();
    await askAnotherGo(app, { bookId, chapterId: chapter.id }, wish);
    setWish('');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void ask().catch(showError);
  };
  return (
    <form className="thread-ask" onSubmit={submit}>
      <TextArea
        label="Ask for another go"
        rows={2}
        value={wish}
        maxLength={4000}
        placeholder="Slower, more rain"
        onChange={(event) => setWish(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      <div className="thread-ask-foot">
        <span className="thread-quiet">{working ? 'It is being written.' : 'What you wrote or kept stays.'}</span>
        <Button kind="primary" type="submit" disabled={chapter.words === 0} aria-disabled={working}>
          Ask
        </Button>
      </div>
    </form>
  );
}

import { Tabs } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { STANDARD_PRESETS } from '#app/domain/standard-presets.ts';
import type { BookView, Session } from '#app/recto-app.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { WorkCard } from '#renderer/ui/WorkCard.tsx';
import { ChapterChoice } from './ChapterChoice.tsx';
import { CompileOutcome } from './CompileOutcome.tsx';
import { toRequest, type CompileWish } from './compile-wish.ts';
import { FilePart } from './FilePart.tsx';
import { MatterPart } from './MatterPart.tsx';
import { Preview } from './Preview.tsx';
import { useCompile, type Place } from './use-compile.ts';
import './compile.css';

interface CompileDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  book: BookView;
}

/** What each part of the dialog is given. */
export interface CompilePartProps {
  book: BookView;
  wish: CompileWish;
  onWish(wish: CompileWish): void;
  /** Takes a change of the book that was begun: a compile waits for it. */
  keep(change: Promise<unknown>): void;
  disabled: boolean;
}

/** Makes a manuscript file of the book. */
export function CompileDialog({ open, onOpenChange, book }: CompileDialogProps) {
  const [wish, setWish] = useState<CompileWish>(STANDARD_PRESETS[0]);
  const [place, setPlace] = useState<Place>('device');
  const session = useObservable<Session | null>(useApp().session$, null);
  const compile = useCompile();
  const { running, cancel, reset } = compile;
  useTold(compile, open);
  const { keep, kept } = useChanges();
  const [previews, setPreviews] = useState(false);
  const [year] = useState(() => String(new Date().getFullYear()));

  const close = (next: boolean): void => {
    if (!next) {
      cancel();
      reset();
    }
    onOpenChange(next);
  };
  const run = async (): Promise<void> => {
    await kept();
    await compile.start(session ? place : 'device', toRequest(book, wish, year));
  };
  const part: CompilePartProps = { book, wish, onWish: setWish, keep, disabled: running };
  if (running && !open)
    return (
      <WorkCard label="Compile under way">
        <Progress label="Compiling" work={compile.work} onCancel={cancel} />
      </WorkCard>
    );
  return (
    <Dialog open={open} onOpenChange={close} title="Compile" description={`“${book.title}”: ${formatCount(book.chapters.length, 'chapter')}.`} size={previews ? 'wide' : 'large'} busy={running}>
      <div className="compile-desk">
        <Tabs.Root defaultValue="file" className="compile-parts">
          <Tabs.List className="tabs" aria-label="Compile">
            <Tabs.Trigger className="tab" value="file">
              File
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="chapters">
              Chapters
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="matter">
              Front and back matter
            </Tabs.Trigger>
          </Tabs.List>
          <Tabs.Content className="compile-part" value="file">
            <FilePart {...part} session={session} place={place} onPlace={setPlace} />
          </Tabs.Content>
          <Tabs.Content className="compile-part" value="chapters">
            <ChapterChoice {...part} />
          </Tabs.Content>
          <Tabs.Content className="compile-part" value="matter">
            <MatterPart {...part} />
          </Tabs.Content>
        </Tabs.Root>
        {previews && open && <Preview book={book} wish={wish} year={year} />}
      </div>
      <CompileOutcome compile={compile} />
      <DialogActions>
        {running && <Button onClick={() => onOpenChange(false)}>Keep writing</Button>}
        <Button aria-pressed={previews} onClick={() => setPreviews((on) => !on)}>
          Preview
        </Button>
        <Button kind="primary" disabled={running} onClick={() => void run()}>
          Export
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** What came of a compile while its author wrote on is told there; the dialog has all of it. */
function useTold({ result, error }: ReturnType<typeof useCompile>, open: boolean): void {
  const { show } = useToast();
  useEffect(() => {
    if (open) return;
    if (result) show({ message: `“${result.name}” is ${result.saved.place}.` });
    if (error) show({ message: error, tone: 'error' });
  }, [open, result, error, show]);
}

/** Changes of the book that are under way: what was typed a moment ago belongs in the file. */
function useChanges(): { keep(change: Promise<unknown>): void; kept(): Promise<unknown> } {
  const { showError } = useToast();
  const all = useRef<Promise<unknown>>(Promise.resolve());
  return {
    keep(change) {
      all.current = Promise.all([all.current, change.catch(showError)]);
    },
    kept: () => all.current,
  };
}

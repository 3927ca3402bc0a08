import { useEffect, useRef, useState } from 'react';
import type { BookView, Session } from '#app/recto-app.ts';
import { compileBook } from '#app/use-cases/compile-book.ts';
import { compileInCloud } from '#app/use-cases/compile-in-cloud.ts';
import type { CompileFormat } from '#processors/contract/manuscript.ts';
import type { Progress as Work } from '#processors/contract/processor.ts';
import { hostOf } from '#schemas/server-address.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { describeError, isCancelled } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { useObservable } from '#renderer/shell/use-observable.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog, DialogActions } from '#renderer/ui/Dialog.tsx';
import { Select } from '#renderer/ui/Field.tsx';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { ChapterEditions } from './ChapterEditions.tsx';
import './compile.css';

const FORMATS = [
  { value: 'epub', label: 'EPUB' },
  { value: 'docx', label: 'DOCX (Word)' },
  { value: 'html', label: 'HTML' },
  { value: 'markdown', label: 'Markdown' },
  { value: 'text', label: 'Plain text' },
] as const satisfies readonly { value: CompileFormat; label: string }[];

type EditionChoice = 'as-set' | 'draft' | 'expansion';

const EDITIONS = [
  { value: 'as-set', label: 'What is set for each chapter' },
  { value: 'draft', label: 'The drafts' },
  { value: 'expansion', label: 'The expansions, where there are any' },
] as const satisfies readonly { value: EditionChoice; label: string }[];

/** Where the file is made: asked only of who has a server. */
type Place = 'device' | 'server';

interface CompileDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  book: BookView;
}

/** Makes a manuscript file of the book. */
export function CompileDialog({ open, onOpenChange, book }: CompileDialogProps) {
  const [format, setFormat] = useState<CompileFormat>('epub');
  const [edition, setEdition] = useState<EditionChoice>('as-set');
  const [place, setPlace] = useState<Place>('device');
  const session = useObservable<Session | null>(useApp().session$, null);
  const { showError } = useToast();
  const { work, running, result, error, start, cancel, reset } = useCompile(book.id);

  const close = (next: boolean): void => {
    if (!next) {
      cancel();
      reset();
    }
    onOpenChange(next);
  };
  return (
    <Dialog open={open} onOpenChange={close} title="Compile" description={`“${book.title}”: ${formatCount(book.chapters.length, 'chapter')}.`} busy={running}>
      <Select label="Format" value={format} options={FORMATS} onValueChange={setFormat} disabled={running} />
      <Select label="Edition" value={edition} options={EDITIONS} onValueChange={setEdition} disabled={running} />
      {session && <Select label="Made" value={place} options={placesOf(session)} onValueChange={setPlace} disabled={running} />}
      {edition === 'as-set' && <ChapterEditions book={book} />}
      {running && <Progress label="Compiling" work={work} onCancel={cancel} />}
      {result && (
        <div className="compile-result">
          <output>{result.sentence}</output>
          {result.reveal && <Button onClick={() => void result.reveal?.().catch(showError)}>Show in folder</Button>}
        </div>
      )}
      {error && (
        <p role="alert" className="sentence-error">
          {error}
        </p>
      )}
      <DialogActions>
        <Button kind="primary" disabled={running} onClick={() => void start(session ? place : 'device', format, edition)}>
          Export
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const placesOf = ({ server }: Session): { value: Place; label: string }[] => [
  { value: 'device', label: 'On this device' },
  { value: 'server', label: `On ${hostOf(server)}` },
];

function useCompile(bookId: string) {
  const app = useApp();
  const platform = usePlatform();
  const [running, setRunning] = useState(false);
  const [work, setWork] = useState<Work | null>(null);
  const [result, setResult] = useState<{ sentence: string; reveal?: (() => Promise<void>) | undefined } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const reset = (): void => {
    setWork(null);
    setResult(null);
    setError(null);
  };
  const start = async (place: Place, format: CompileFormat, edition: EditionChoice): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    reset();
    setRunning(true);
    try {
      // What is typed but not yet stored belongs in the file.
      await app.flush();
      const file = await (place === 'server' ? compileInCloud : compileBook)(app, { bookId, format, edition }, { signal: controller.signal, onProgress: setWork });
      const saved = await platform.saveFile(file);
      if (!saved) return;
      const replaced = file.manifest.replaced?.length ? ` ${file.manifest.replaced.join(' ')}` : '';
      const sentence = `${formatCount(file.manifest.words_out, 'word')} in ${formatCount(file.manifest.chapters.length, 'chapter')}: “${file.name}” is ${saved.place}.${replaced}`;
      setResult({ sentence, reveal: saved.reveal });
    } catch (thrown) {
      if (!isCancelled(thrown)) setError(describeError(thrown));
    } finally {
      setRunning(false);
    }
  };
  return { running, work, result, error, start, cancel: () => stop.current?.abort(), reset };
}

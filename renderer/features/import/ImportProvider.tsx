import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { importManuscript } from '#app/use-cases/import-manuscript.ts';
import type { ImportInput } from '#processors/contract/manuscript.ts';
import type { Progress as Work } from '#processors/contract/processor.ts';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { describeError, isCancelled } from '#renderer/shell/describe-error.ts';
import { goTo } from '#renderer/shell/router.ts';
import { Progress } from '#renderer/ui/Progress.tsx';
import { useToast } from '#renderer/ui/toast.tsx';
import { WorkCard } from '#renderer/ui/WorkCard.tsx';
import { DropTarget } from './DropTarget.tsx';
import { ImportNotes, type Notes } from './ImportNotes.tsx';
import './import.css';

export interface Importing {
  pickFolder(): Promise<void>;
  pickFiles(): Promise<void>;
  openSample(): Promise<void>;
  /** What came from elsewhere: the system's menu, a file opened with Recto. */
  importAll(manuscripts: readonly ImportInput[]): Promise<void>;
}

interface Running {
  name: string;
  work: Work | null;
}

const ImportContext = createContext<Importing | null>(null);

export function useImport(): Importing {
  const importing = useContext(ImportContext);
  if (!importing) throw new Error('useImport outside of ImportProvider');
  return importing;
}

/** Imports from anywhere: the menu, a drop on the window, the sample. Shows how far it is, and what was changed on the way in. */
export function ImportProvider({ children }: { children: ReactNode }) {
  const platform = usePlatform();
  const { showError } = useToast();
  const { running, notes, closeNotes, run, cancel } = useImportRun();

  const importing = useMemo<Importing>(() => {
    /** What was chosen and can't be imported, or read, is a sentence: nobody who asked waits for more. */
    const runPicked = async (pick: () => Promise<readonly ImportInput[] | null>): Promise<void> => {
      const picked = await pick().catch((thrown: unknown) => {
        showError(thrown);
        return null;
      });
      if (picked) await run(picked);
    };
    return {
      pickFolder: () => runPicked(async () => {
        const folder = await platform.pickFolder();
        return folder && [folder];
      }),
      pickFiles: () => runPicked(() => platform.pickFiles()),
      async openSample() {
        const { readSampleBook } = await import('./sample-book.ts');
        await run([readSampleBook()]);
      },
      importAll: run,
    };
  }, [platform, run, showError]);
  useCommands([
    { id: 'import.folder', name: 'Import a folder', group: 'Library', key: 'Alt+Shift+I', keywords: ['book.json', 'markdown', 'scrivener'], run: importing.pickFolder },
    { id: 'import.files', name: 'Import files', group: 'Library', key: 'Alt+I', keywords: ['word', 'docx', 'epub', 'html', 'rtf', 'scrivener', 'markdown'], run: importing.pickFiles },
  ]);

  return (
    <ImportContext.Provider value={importing}>
      <DropTarget onDrop={(data) => void platform.readDrop(data).then(run).catch(showError)}>{children}</DropTarget>
      {running && (
        <WorkCard label="Import under way">
          <Progress label={`Importing ${running.name}`} work={running.work} onCancel={cancel} />
        </WorkCard>
      )}
      <ImportNotes notes={notes} onClose={closeNotes} />
    </ImportContext.Provider>
  );
}

/** One import at a time, in the order given. */
function useImportRun() {
  const app = useApp();
  const { show } = useToast();
  const [running, setRunning] = useState<Running | null>(null);
  const [notes, setNotes] = useState<Notes | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const run = useCallback(
    async (inputs: readonly ImportInput[]) => {
      if (stop.current || inputs.length === 0) {
        if (stop.current) show({ message: 'An import is under way. Wait until it is done, or cancel it, and try again.' });
        return;
      }
      const controller = new AbortController();
      stop.current = controller;
      const made: string[] = [];
      const warnings: Notes['list'] = [];
      try {
        for (const input of inputs) {
          setRunning({ name: input.name, work: null });
          const onProgress = (work: Work): void => setRunning({ name: input.name, work });
          const result = await importManuscript(app, input, { signal: controller.signal, onProgress });
          made.push(result.bookId);
          warnings.push(...result.warnings.map((text) => ({ source: input.name, text })));
        }
      } catch (thrown) {
        if (isCancelled(thrown)) show({ message: 'The import was cancelled. Nothing of it was kept.' });
        else show({ message: describeError(thrown), tone: 'error' });
      } finally {
        stop.current = null;
        setRunning(null);
      }
      if (warnings.length > 0) setNotes({ list: warnings });
      const [only] = made;
      if (only && made.length === 1) goTo({ name: 'book', bookId: only, chapterId: null, tab: 'write' });
      else if (made.length > 1) show({ message: `${made.length} books were imported.` });
    },
    [app, show],
  );
  const cancel = useCallback(() => stop.current?.abort(), []);
  const closeNotes = useCallback(() => setNotes(null), []);
  return { running, notes, closeNotes, run, cancel };
}

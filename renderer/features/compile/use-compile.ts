import { useEffect, useRef, useState } from 'react';
import { compileBook, type CompiledBook, type CompileRequest } from '#app/use-cases/compile-book.ts';
import { compileInCloud } from '#app/use-cases/compile-in-cloud.ts';
import type { Progress as Work } from '#processors/contract/processor.ts';
import type { SavedFile } from '#renderer/platform/renderer-platform.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { describeError, isCancelled } from '#renderer/shell/describe-error.ts';

/** Where the file is made: asked only of who has a server. */
export type Place = 'device' | 'server';

/** A file that was made and saved. */
export interface Compiled extends Pick<CompiledBook, 'name' | 'manifest'> {
  saved: SavedFile;
}

/** One compile at a time: how far it is, what came of it, what went wrong. */
export function useCompile() {
  const app = useApp();
  const platform = usePlatform();
  const [running, setRunning] = useState(false);
  const [work, setWork] = useState<Work | null>(null);
  const [result, setResult] = useState<Compiled | null>(null);
  const [error, setError] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const reset = (): void => {
    setWork(null);
    setResult(null);
    setError(null);
  };
  const start = async (place: Place, request: CompileRequest): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    reset();
    setRunning(true);
    try {
      // What is typed but not yet stored belongs in the file.
      await app.flush();
      const file = await (place === 'server' ? compileInCloud : compileBook)(app, request, { signal: controller.signal, onProgress: setWork });
      const saved = await platform.saveFile(file);
      if (!saved) return;
      setResult({ name: file.name, manifest: file.manifest, saved });
    } catch (thrown) {
      if (!isCancelled(thrown)) setError(describeError(thrown));
    } finally {
      setRunning(false);
    }
  };
  return { running, work, result, error, start, cancel: () => stop.current?.abort(), reset };
}

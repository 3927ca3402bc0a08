import { useEffect, useRef, useState } from 'react';
import { compileBook, type CompileRequest } from '#app/use-cases/compile-book.ts';
import { compileInCloud } from '#app/use-cases/compile-in-cloud.ts';
import type { Progress as Work } from '#processors/contract/processor.ts';
import { useApp, usePlatform } from '#renderer/shell/app-context.ts';
import { describeError, isCancelled } from '#renderer/shell/describe-error.ts';
import { formatCount } from '#renderer/shell/format-count.ts';

/** Where the file is made: asked only of who has a server. */
export type Place = 'device' | 'server';

/** One compile at a time: how far it is, what came of it, what went wrong. */
export function useCompile() {
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

import { useEffect, useState } from 'react';
import type { ChapterVersion } from '#app/recto-app.ts';
import { readVersion } from '#app/use-cases/read-version.ts';
import { useApp } from '#renderer/shell/app-context.ts';
import { describeError } from '#renderer/shell/describe-error.ts';

interface VersionText {
  /** Null while it is read. */
  text: string | null;
  /** A sentence, where it can't be read. */
  trouble: string | null;
}

/** What a version says; what the chapter says now is read anew when it was written. The text before stays until then. */
export function useVersionText({ bookId, chapterId }: { bookId: string; chapterId: string }, { id, at }: ChapterVersion): VersionText {
  const app = useApp();
  const [read, setRead] = useState<VersionText>({ text: null, trouble: null });
  useEffect(() => {
    let shown = true;
    readVersion(app, { bookId, chapterId, versionId: id }).then(
      ({ text }) => shown && setRead({ text, trouble: null }),
      (thrown: unknown) => shown && setRead({ text: null, trouble: describeError(thrown) }),
    );
    return () => {
      shown = false;
    };
  }, [app, bookId, chapterId, id, at]);
  return read;
}

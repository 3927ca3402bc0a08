/** Ties an editor to a draft's session: keys go to it, what comes from elsewhere is woven in. */
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { mergeProse } from '#app/domain/merge-prose.ts';
import type { DraftSession } from '#app/recto-app.ts';
import { fromOutside, takeText } from './prose-editor.ts';

/** Put `extension` into the editor's state, then `attach` it; `detach` saves what is left. */
export interface DraftBinding {
  extension: Extension;
  attach(view: EditorView): void;
  detach(): Promise<void>;
}

export function bindDraft(session: DraftSession): DraftBinding {
  // What the session knows of this editor: it merged what comes from elsewhere with that.
  let known = session.initialText;
  let waiting: string | null = null;
  let view: EditorView | null = null;
  let unsubscribe: (() => void) | null = null;

  const readText = (): string => {
    if (view) known = view.state.doc.toString();
    return known;
  };
  const take = (theirs: string): void => {
    if (!view) return;
    // A change under a composition (accents, Japanese) would end it: it waits for the next key after.
    if (view.composing) {
      waiting = theirs;
      return;
    }
    waiting = null;
    const mine = view.state.doc.toString();
    const merged = mine === known ? theirs : mergeProse(known, mine, theirs).text;
    takeText(view, merged);
    known = theirs;
    if (merged !== theirs) session.changed(readText);
  };

  return {
    extension: [
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || update.transactions.every((transaction) => transaction.annotation(fromOutside))) return;
        if (update.transactions.some((transaction) => transaction.isUserEvent('input.replace.all'))) session.keepBefore(update.startState.doc.toString());
        session.changed(readText);
      }),
      EditorView.domEventHandlers({
        // A save that fails is shown as the status, and tried again.
        blur: () => void session.flush().catch(() => undefined),
        compositionend: () => void queueMicrotask(() => waiting !== null && take(waiting)),
      }),
    ],
    attach(attached) {
      view = attached;
      const subscription = session.external$.subscribe(take);
      unsubscribe = () => subscription.unsubscribe();
    },
    async detach() {
      unsubscribe?.();
      await session.flush();
      await session.close();
    },
  };
}

/** Opens both pages of a chapter: editors, their bindings to what is stored, and the spread that holds them level. */
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { firstValueFrom } from 'rxjs';
import type { ExpansionView, RectoApp } from '#app/recto-app.ts';
import { editExpansion } from '#app/use-cases/edit-expansion.ts';
import { joinSaving } from '#app/use-cases/join-saving.ts';
import { bindDraft } from '#renderer/features/editor/draft-binding.ts';
import { rememberPlace, restorePlace } from '#renderer/features/editor/editor-places.ts';
import { fromOutside, proseExtensions, takeText } from '#renderer/features/editor/prose-editor.ts';
import { ExpansionBinding } from './expansion-binding.ts';
import { passageExtension, passageIndexAt, setPassages } from './passage-marks.ts';
import { placeOnRecto, placeOnVerso } from './place-passages.ts';
import { Spread, type Side, type SpreadElements } from './spread.ts';

export interface SpreadOptions {
  app: RectoApp;
  bookId: string;
  chapterId: string;
  draftId: string;
  /** BCP 47 */
  language: string;
  elements: SpreadElements & { verso: HTMLElement; recto: HTMLElement };
  /** So that both editors show pictures and take them. */
  pictures: Extension;
  /** So that the commands of footnotes find the editor that was written in. */
  footnotes: Extension;
  onExpansion(expansion: ExpansionView | null): void;
  /** The passage that holds the caret; null: none does. */
  onCaretPassage(index: number | null): void;
  onError(error: unknown): void;
}

export interface OpenSpread {
  spread: Spread;
  /** Elements above the texts, which scroll with them. */
  heads: Record<Side, HTMLElement>;
  /** The page that has the caret, and the caret's place in the draft. */
  caret(): { passage: number | null; offset: number; text: string };
  /** Stores what is on both pages. */
  flush(): Promise<void>;
  expansionText(): string;
  close(): void;
}

export async function openSpread(options: SpreadOptions): Promise<OpenSpread> {
  const { app, bookId, chapterId, draftId, language, elements } = options;
  const session = await app.openDraft(draftId);
  const { lastPlace } = await firstValueFrom(app.settings$);
  const saving = await joinSaving(app, () => expansion.flush());
  const draft = bindDraft(session);
  const spread = new Spread(elements);
  const watchCaret = EditorView.updateListener.of((update) => {
    if (update.selectionSet || update.focusChanged || update.docChanged) options.onCaretPassage(caretPassage());
  });

  const open = (side: Side, parent: HTMLElement, doc: string, extension: Extension): EditorView =>
    new EditorView({
      parent,
      state: EditorState.create({
        doc,
        extensions: [proseExtensions({ label: side === 'verso' ? 'Draft' : 'Expansion', language }), passageExtension, spread.extensionFor(side), watchCaret, options.pictures, options.footnotes, extension],
      }),
    });
  const verso = open('verso', elements.verso, session.initialText, draft.extension);
  // The binding shows its first text only after the editor is there.
  const recto: EditorView = open('recto', elements.recto, '', [
    EditorView.updateListener.of((update) => {
      if (update.docChanged && update.transactions.some((transaction) => !transaction.annotation(fromOutside) && transaction.docChanged)) expansion.changed();
    }),
    EditorView.domEventHandlers({ blur: () => void expansion.flush().catch(() => undefined) }),
  ]);
  const heads = { verso: spread.addPage('verso', verso), recto: spread.addPage('recto', recto) };
  draft.attach(verso);

  const caretPassage = (): number | null => {
    const view = recto.hasFocus ? recto : verso.hasFocus ? verso : null;
    return view && passageIndexAt(view.state, view.state.selection.main.head);
  };
  let isNew = true;
  const show = (shown: ExpansionView | null, text: string): void => {
    takeText(recto, text);
    verso.dispatch({ effects: setPassages.of(shown ? placeOnVerso(shown, verso.state.doc.toString()) : []) });
    recto.dispatch({ effects: setPassages.of(shown ? placeOnRecto(shown, text) : []) });
    if (isNew) {
      restorePlace(app, draftId, verso, lastPlace?.chapterId === chapterId ? lastPlace.offset : null, false);
      // Coming from the other tab by a key, the editor that had the focus is gone: writing goes on here.
      if (document.activeElement === null || document.activeElement === document.body) verso.focus();
    }
    isNew = false;
    options.onExpansion(shown);
  };
  const read = (): Promise<ExpansionView | null> => firstValueFrom(app.observeExpansion(bookId, chapterId));
  const expansion: ExpansionBinding = new ExpansionBinding(
    { read, write: (text, baseText) => editExpansion(app, { bookId, chapterId, text, baseText }), changes$: app.observeExpansion(bookId, chapterId) },
    { readText: () => recto.state.doc.toString(), show, onStatus: saving.tell, onError: options.onError },
  );
  return {
    spread,
    heads,
    caret: () => ({ passage: caretPassage(), offset: verso.state.selection.main.head, text: verso.state.doc.toString() }),
    async flush() {
      await session.flush();
      await expansion.flush();
    },
    expansionText: () => recto.state.doc.toString(),
    close() {
      rememberPlace(app, draftId, verso, false);
      void draft.detach().catch(options.onError);
      void expansion.close().catch(options.onError).finally(saving.leave);
      spread.destroy();
      verso.destroy();
      recto.destroy();
    },
  };
}

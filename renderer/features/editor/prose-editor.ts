/** What makes CodeMirror a page of prose. One list for the draft and the expansion. */
import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { search, searchKeymap } from '@codemirror/search';
import { Annotation, EditorState, Transaction, type Extension } from '@codemirror/state';
import { dropCursor, EditorView, highlightActiveLine, keymap, placeholder } from '@codemirror/view';
import { readStyleNonce } from '#renderer/platform/style-nonce.ts';
import { inlineLook } from './inline-look.ts';
import { lineLook } from './line-look.ts';
import { findMinimalChanges } from './minimal-changes.ts';
import { proseTheme } from './prose-theme.ts';
import { smartQuotes } from './smart-quotes.ts';
import { typingKeys } from './typing-keys.ts';

export interface ProseOptions {
  /** The textbox's accessible name. */
  label: 'Draft' | 'Expansion';
  /** BCP 47: quotes and spelling go by it. */
  language: string;
  /** Shown while there is no text. */
  invitation?: string;
}

/** Marks a change that did not come from this editor's keys: nothing is saved for it, and no undo takes it back. */
export const fromOutside = Annotation.define<boolean>();

export function proseExtensions({ label, language, invitation }: ProseOptions): Extension {
  return [
    EditorView.cspNonce.of(readStyleNonce()),
    history({ newGroupDelay: 600 }),
    EditorView.lineWrapping,
    EditorState.phrases.of(PHRASES),
    EditorView.contentAttributes.of({ 'aria-label': label, lang: language, spellcheck: 'true', autocorrect: 'on', autocapitalize: 'sentences' }),
    dropCursor(),
    highlightActiveLine(),
    EditorState.lineSeparator.of('\n'),
    search({ top: true }),
    lineLook,
    inlineLook,
    smartQuotes(language),
    typingKeys,
    keymap.of([...searchKeymap.filter((binding) => !TAKEN.has(binding.key ?? '')), ...historyKeymap, ...standardKeymap]),
    proseTheme,
    invitation ? placeholder(invitation) : [],
  ];
}

/** Keys of a code editor that mean nothing in prose, or something else in this app. */
const TAKEN = new Set(['Mod-d', 'Mod-Shift-l', 'Alt-g', 'Mod-Alt-g']);

const PHRASES = { next: 'Next', previous: 'Previous', all: 'Select all', 'match case': 'Match case', 'by word': 'Whole words', regexp: 'Pattern', replace: 'Replace', 'replace all': 'Replace all', close: 'Close search' };

/**
 * Makes the editor hold `text` by changing only what differs: caret, scroll and the author's own undo stay.
 * @returns whether anything changed
 */
export function takeText(view: EditorView, text: string): boolean {
  const changes = findMinimalChanges(view.state.doc.toString(), text);
  if (changes.length === 0) return false;
  view.dispatch({ changes, annotations: [fromOutside.of(true), Transaction.addToHistory.of(false), Transaction.remote.of(true)] });
  return true;
}

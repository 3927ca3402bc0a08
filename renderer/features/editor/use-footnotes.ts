import type { Extension, StateCommand } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useMemo } from 'react';
import { useCommands } from '#renderer/features/palette/commands.ts';
import { followFootnote, insertFootnote } from './footnotes.ts';

/** The commands of footnotes, for the editor that was written in last. @returns what the page's editors need for it */
export function useFootnotes(): Extension {
  const last = useMemo<LastEditor>(() => ({ view: null }), []);
  const run = (command: StateCommand) => () => {
    const { view } = last;
    if (!view?.dom.isConnected) return;
    command(view);
    view.focus();
  };
  useCommands([
    { id: 'footnote.insert', name: 'Insert footnote', group: 'Write', key: 'Mod+Alt+F', keywords: ['note', 'endnote', 'annotation', 'reference'], run: run(insertFootnote) },
    { id: 'footnote.follow', name: 'Go to the footnote, or back to the text', group: 'Write', key: 'Mod+Alt+Shift+F', keywords: ['note', 'endnote', 'reference'], run: run(followFootnote) },
  ]);
  return useMemo(() => watchFocus(last), [last]);
}

interface LastEditor {
  view: EditorView | null;
}

function watchFocus(last: LastEditor): Extension {
  return EditorView.updateListener.of(({ view, focusChanged }) => {
    if (focusChanged && view.hasFocus) last.view = view;
  });
}

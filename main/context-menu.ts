/** What a right click offers: spellings, and the clipboard. */
import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron';

export type ClickedOn = Pick<ContextMenuParams, 'misspelledWord' | 'dictionarySuggestions' | 'isEditable' | 'selectionText' | 'editFlags'>;

export interface ContextMenuActions {
  replaceWith(suggestion: string): void;
  addToDictionary(word: string): void;
}

/** @returns no items: there is nothing to offer, and no menu */
export function buildContextMenu(clicked: ClickedOn, actions: ContextMenuActions): MenuItemConstructorOptions[] {
  const groups = [buildSpelling(clicked, actions), buildClipboard(clicked)].filter((group) => group.length > 0);
  return groups.flatMap((group, at) => (at === 0 ? group : [{ type: 'separator' as const }, ...group]));
}

function buildSpelling({ isEditable, misspelledWord, dictionarySuggestions }: ClickedOn, actions: ContextMenuActions): MenuItemConstructorOptions[] {
  if (!isEditable || misspelledWord === '') return [];
  const suggestions = dictionarySuggestions.map((suggestion): MenuItemConstructorOptions => ({ label: suggestion.replaceAll('&', '&&'), click: () => actions.replaceWith(suggestion) }));
  return [
    ...(suggestions.length > 0 ? suggestions : [{ label: 'No Suggestions', enabled: false }]),
    { type: 'separator' },
    { id: 'spelling.add-word', label: 'Add to Dictionary', click: () => actions.addToDictionary(misspelledWord) },
  ];
}

function buildClipboard({ isEditable, selectionText, editFlags }: ClickedOn): MenuItemConstructorOptions[] {
  const copy: MenuItemConstructorOptions = { role: 'copy', enabled: editFlags.canCopy };
  if (isEditable) {
    return [
      { role: 'cut', enabled: editFlags.canCut },
      copy,
      { role: 'paste', enabled: editFlags.canPaste },
      { role: 'pasteAndMatchStyle', label: 'Paste Without Formatting', enabled: editFlags.canPaste },
      { role: 'selectAll', enabled: editFlags.canSelectAll },
    ];
  }
  return selectionText.trim() === '' ? [] : [copy];
}

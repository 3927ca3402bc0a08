import { expect, test, vi } from 'vitest';
import { buildContextMenu, type ClickedOn, type ContextMenuActions } from './context-menu.ts';

const flags = { canUndo: true, canRedo: true, canCut: true, canCopy: true, canPaste: true, canDelete: true, canSelectAll: true, canEditRichly: true };
const nothing: ClickedOn = { misspelledWord: '', dictionarySuggestions: [], isEditable: false, selectionText: '', editFlags: flags };
const spy = (): ContextMenuActions => ({ replaceWith: vi.fn<ContextMenuActions['replaceWith']>(), addToDictionary: vi.fn<ContextMenuActions['addToDictionary']>() });
const names = (clicked: Partial<ClickedOn>) => buildContextMenu({ ...nothing, ...clicked }, spy()).map(({ label, role, type }) => (type === 'separator' ? '—' : (label ?? role)));

test('on nothing there is no menu, on selected text there is Copy', () => {
  expect(names({})).toEqual([]);
  expect(names({ selectionText: '  ' })).toEqual([]);
  expect(names({ selectionText: 'dusk' })).toEqual(['copy']);
});

test('in text there is the clipboard, as far as it can be used', () => {
  const items = buildContextMenu({ ...nothing, isEditable: true, editFlags: { ...flags, canCut: false, canPaste: false } }, spy());
  expect(items.map(({ role, enabled }) => [role, enabled])).toEqual([['cut', false], ['copy', true], ['paste', false], ['pasteAndMatchStyle', false], ['selectAll', true]]);
});

test('a misspelt word has its suggestions first, and can be learnt', () => {
  const actions = spy();
  const clicked = { ...nothing, isEditable: true, misspelledWord: 'lighthuose', dictionarySuggestions: ['lighthouse', 'light & house'] };
  const items = buildContextMenu(clicked, actions);
  expect(items.slice(0, 5).map(({ label, type }) => (type === 'separator' ? '—' : label))).toEqual(['lighthouse', 'light && house', '—', 'Add to Dictionary', '—']);
  (items[1]!.click as () => void)();
  expect(actions.replaceWith).toHaveBeenCalledWith('light & house');
  (items[3]!.click as () => void)();
  expect(actions.addToDictionary).toHaveBeenCalledWith('lighthuose');
});

test('a word that resembles none says so', () => {
  expect(names({ isEditable: true, misspelledWord: 'xqzt' }).slice(0, 3)).toEqual(['No Suggestions', '—', 'Add to Dictionary']);
});

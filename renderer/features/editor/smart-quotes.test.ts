import { history, undo } from '@codemirror/commands';
import { EditorState, Transaction } from '@codemirror/state';
import { isolateHistory } from '@codemirror/commands';
import { describe, expect, test } from 'vitest';
import { replaceTyped } from './smart-quotes.ts';

function type(text: string, language = 'en'): string {
  let out = '';
  for (const sign of text) {
    const line = out.slice(out.lastIndexOf('\n') + 1);
    const replacement = replaceTyped(sign, line, language);
    out = replacement ? out.slice(0, out.length - replacement.takes) + replacement.insert : out + sign;
  }
  return out;
}

describe('typed signs', () => {
  test('English dialogue', () => {
    expect(type(`"Don't go," she said -- "it's late..."`)).toBe('“Don’t go,” she said — “it’s late…”');
    expect(type(`He said, "She called it 'home' once."`)).toBe('He said, “She called it ‘home’ once.”');
    expect(type('("So")')).toBe('(“So”)');
    expect(type('*"So"*')).toBe('*“So”*');
  });

  test('each language has its own', () => {
    expect(type(`"Ja", sagte er. 'So'`, 'de')).toBe('„Ja“, sagte er. ‚So‘');
    expect(type(`Wie geht's`, 'de')).toBe('Wie geht’s');
    expect(type('"Oui"', 'fr')).toBe('«\u202fOui\u202f»');
    expect(type('"Oui"', 'fr-CH')).toBe('«Oui»');
    expect(type('"Ja"', 'sv-SE')).toBe('”Ja”');
    expect(type('"Yes"', 'xx')).toBe('“Yes”');
  });

  test('rules, headings and scene breaks keep their hyphens and stars', () => {
    expect(type('---')).toBe('---');
    expect(type('* * *')).toBe('* * *');
    expect(type('Title\n---')).toBe('Title\n---');
  });

  test('one undo gives the plain sign back', () => {
    let state = EditorState.create({ doc: 'So ', selection: { anchor: 3 }, extensions: [history()] });
    state = state.update({ changes: { from: 3, insert: '"' }, selection: { anchor: 4 }, userEvent: 'input.type' }).state;
    state = state.update({ changes: { from: 3, to: 4, insert: '“' }, annotations: [isolateHistory.of('full'), Transaction.userEvent.of('input.smart')] }).state;
    undo({ state, dispatch: (transaction) => (state = transaction.state) });
    expect(state.doc.toString()).toBe('So "');
  });
});

/** The changes that an author makes in a text, by chance. */
import type { Edit, Place } from './commands.ts';

const WORD = /\S+/g;
const BREAK = '\n\n';

export function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** @returns the text after the edit; a place that there is not leaves it as it is */
export function editText(text: string, edit: Edit): string {
  const paragraphs = text === '' ? [] : text.split(BREAK);
  switch (edit.how) {
    case 'insert':
      return spliceWords(text, edit.at, 0, edit.word);
    case 'replace':
      return spliceWords(text, edit.at, 1, edit.word);
    case 'cut-words':
      return spliceWords(text, edit.at, edit.count);
    case 'paragraph':
      return paragraphs.toSpliced(placeIn(paragraphs.length + 1, edit.at), 0, edit.words.join(' ')).join(BREAK);
    case 'cut-paragraph':
      return paragraphs.toSpliced(placeIn(paragraphs.length, edit.at), 1).join(BREAK);
    case 'split': {
      const word = [...text.matchAll(WORD)].slice(1).at(placeIn(wordsOf(text).length - 1, edit.at));
      return word ? text.slice(0, word.index).trimEnd() + BREAK + text.slice(word.index) : text;
    }
    case 'join': {
      const at = placeIn(paragraphs.length - 1, edit.at);
      return paragraphs.length < 2 ? text : paragraphs.toSpliced(at, 2, `${paragraphs[at]} ${paragraphs[at + 1]}`).join(BREAK);
    }
  }
}

function placeIn(length: number, at: Place): number {
  return Math.floor(at * Math.max(0, length));
}

/** Takes `count` words out and puts one in; those left and right of it keep their paragraphs. */
function spliceWords(text: string, at: Place, count: number, word?: string): string {
  const words = [...text.matchAll(WORD)];
  const from = placeIn(words.length + (count === 0 ? 1 : 0), at);
  if (count === 0 || words.length === 0) {
    const index = words[from]?.index ?? text.length;
    const before = text.slice(0, index);
    return word === undefined ? text : `${before}${before === '' || /\s$/.test(before) ? '' : ' '}${word}${index < text.length ? ' ' : ''}${text.slice(index)}`;
  }
  const last = words[Math.min(from + count, words.length) - 1]!;
  return text.slice(0, words[from]!.index) + (word ?? '') + text.slice(last.index + last[0].length);
}

/** What authors do, by chance. Each word and title is new in the world. */
import type { Random } from '../random.ts';
import type { Act, Edit } from './commands.ts';

export interface ActMaker {
  any(device: number): Act;
  /** Nothing but new words: what is on its way when a device is killed takes nothing out. */
  typing(device: number): Act;
  /** Some paragraphs for an empty chapter. */
  filling(device: number, chapter: number): Act;
}

export function createActMaker(random: Random): ActMaker {
  let made = 0;
  const word = (device: number): string => `d${device}w${(made += 1)}`;
  const words = (device: number, count: number): string[] => Array.from({ length: count }, () => word(device));
  const place = (): number => random.fraction();

  const insertion = (device: number): Edit => {
    if (random.chance(0.2)) return { how: 'paragraph', at: place(), words: words(device, 1 + random.below(8)) };
    return { how: 'insert', at: place(), word: word(device) };
  };

  const edit = (device: number): Edit => {
    const chance = random.fraction();
    if (chance < 0.55) return insertion(device);
    if (chance < 0.7) return { how: 'replace', at: place(), word: word(device) };
    if (chance < 0.82) return { how: 'cut-words', at: place(), count: 1 + random.below(3) };
    if (chance < 0.87) return { how: 'cut-paragraph', at: place() };
    return { how: random.pick(['split', 'join']), at: place() };
  };

  const type = (edits: Edit[]): Act => ({ do: 'type', book: place(), chapter: place(), edits, save: random.chance(0.6) });
  const many = (make: () => Edit): Edit[] => Array.from({ length: 1 + random.below(4) }, make);

  return {
    any: (device) => {
      const chance = random.fraction();
      const at = { book: place(), chapter: place() };
      if (chance < 0.68) return type(many(() => edit(device)));
      if (chance < 0.76) return { do: 'add-chapter', ...at, after: place(), title: word(device) };
      if (chance < 0.84) return { do: 'move-chapter', ...at, to: place() };
      if (chance < 0.9) return { do: 'rename-chapter', ...at, title: word(device) };
      if (chance < 0.95) return { do: 'delete-chapter', ...at, undo: random.chance(0.3) };
      if (chance < 0.97) return { do: 'rename-book', ...at, title: word(device) };
      if (chance < 0.985) return { do: 'create-book', title: word(device) };
      return { do: 'delete-book', ...at, undo: random.chance(0.3) };
    },
    typing: (device) => ({ do: 'type', book: place(), chapter: place(), edits: many(() => insertion(device)), save: true }),
    filling: (device, chapter) => ({
      do: 'type',
      book: 0,
      chapter,
      edits: Array.from({ length: 4 }, (): Edit => ({ how: 'paragraph', at: 0, words: words(device, 6 + random.below(10)) })),
      save: true,
    }),
  };
}

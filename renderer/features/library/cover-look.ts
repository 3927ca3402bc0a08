/** How a book is bound: colour and ornament come from its id, so that it looks the same on every shelf. */

/** Cloth that foil of `--foil` reads on with 6:1 or more. */
const CLOTHS = ['#5b1f1c', '#1f3a2e', '#1e2f4a', '#3c2a45', '#4a3a1c', '#1d4148', '#33312f', '#4b2e1e', '#35421f', '#46232f'] as const;

const BINDINGS = ['frame', 'rules', 'band', 'arch'] as const;

type Binding = (typeof BINDINGS)[number];

export interface CoverLook {
  cloth: string;
  binding: Binding;
  titleSize: 'large' | 'medium' | 'small';
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): spreads ids that differ in a few digits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}

function sizeOf(title: string): CoverLook['titleSize'] {
  const longestWord = Math.max(...title.split(/\s+/).map((word) => word.length));
  if (title.length <= 22 && longestWord <= 8) return 'large';
  return title.length <= 48 && longestWord <= 12 ? 'medium' : 'small';
}

export function lookOf(book: { id: string; title: string }): CoverLook {
  const seed = hash(book.id);
  return {
    cloth: CLOTHS[seed % CLOTHS.length] ?? CLOTHS[0],
    binding: BINDINGS[(seed >>> 8) % BINDINGS.length] ?? BINDINGS[0],
    titleSize: sizeOf(book.title),
  };
}

/** What parts of a book are called, by language: where the author gave no title of their own. */
import type { MatterItem } from '#schemas/generated/types.ts';

interface Names {
  chapter: string;
  part: string;
  contents: string;
  foreword: string;
  acknowledgements: string;
  about: string;
  alsoBy: string;
}

const ENGLISH: Names = { chapter: 'Chapter', part: 'Part', contents: 'Contents', foreword: 'Foreword', acknowledgements: 'Acknowledgements', about: 'About the Author', alsoBy: 'Also by {author}' };

const NAMES: Record<string, Names> = {
  en: ENGLISH,
  'en-us': { ...ENGLISH, acknowledgements: 'Acknowledgments' },
  de: { chapter: 'Kapitel', part: 'Teil', contents: 'Inhalt', foreword: 'Vorwort', acknowledgements: 'Danksagung', about: 'Über die Autorin / den Autor', alsoBy: 'Weitere Bücher von {author}' },
  fr: { chapter: 'Chapitre', part: 'Partie', contents: 'Table des matières', foreword: 'Avant-propos', acknowledgements: 'Remerciements', about: 'L’auteur', alsoBy: 'Du même auteur' },
  es: { chapter: 'Capítulo', part: 'Parte', contents: 'Índice', foreword: 'Prólogo', acknowledgements: 'Agradecimientos', about: 'Sobre el autor', alsoBy: 'Otras obras de {author}' },
  it: { chapter: 'Capitolo', part: 'Parte', contents: 'Indice', foreword: 'Prefazione', acknowledgements: 'Ringraziamenti', about: 'L’autore', alsoBy: 'Dello stesso autore' },
  pt: { chapter: 'Capítulo', part: 'Parte', contents: 'Sumário', foreword: 'Prefácio', acknowledgements: 'Agradecimentos', about: 'Sobre o autor', alsoBy: 'Outras obras de {author}' },
  nl: { chapter: 'Hoofdstuk', part: 'Deel', contents: 'Inhoud', foreword: 'Voorwoord', acknowledgements: 'Dankwoord', about: 'Over de auteur', alsoBy: 'Eerder verschenen van {author}' },
  sv: { chapter: 'Kapitel', part: 'Del', contents: 'Innehåll', foreword: 'Förord', acknowledgements: 'Tack', about: 'Om författaren', alsoBy: 'Av {author} har även utgivits' },
  da: { chapter: 'Kapitel', part: 'Del', contents: 'Indhold', foreword: 'Forord', acknowledgements: 'Tak', about: 'Om forfatteren', alsoBy: 'Andre bøger af {author}' },
  nb: { chapter: 'Kapittel', part: 'Del', contents: 'Innhold', foreword: 'Forord', acknowledgements: 'Takk', about: 'Om forfatteren', alsoBy: 'Andre bøker av {author}' },
  pl: { chapter: 'Rozdział', part: 'Część', contents: 'Spis treści', foreword: 'Przedmowa', acknowledgements: 'Podziękowania', about: 'O autorze', alsoBy: 'Inne książki: {author}' },
  ru: { chapter: 'Глава', part: 'Часть', contents: 'Содержание', foreword: 'Предисловие', acknowledgements: 'Благодарности', about: 'Об авторе', alsoBy: 'Другие книги: {author}' },
};

export function namesOf(language: string): Names {
  const tag = language.toLowerCase();
  const base = tag.split('-')[0] ?? '';
  return NAMES[tag] ?? NAMES[base] ?? (base === 'no' || base === 'nn' ? NAMES['nb'] : undefined) ?? ENGLISH;
}

/** The title that a piece of front or back matter has of itself; '' for what stands without one. */
export function matterTitle(kind: MatterItem['kind'], language: string): string {
  const names = namesOf(language);
  switch (kind) {
    case 'contents':
      return names.contents;
    case 'foreword':
      return names.foreword;
    case 'acknowledgements':
      return names.acknowledgements;
    case 'about-the-author':
      return names.about;
    case 'also-by':
      return names.alsoBy;
    case 'half-title':
    case 'title-page':
    case 'copyright':
    case 'dedication':
    case 'epigraph':
      return '';
  }
}

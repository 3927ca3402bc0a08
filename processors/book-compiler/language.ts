/** A book's language, as the formats want it named. */

/** The canonical BCP 47 tag; `en` where there is none, `und` (undetermined) for what is no tag. */
export function canonicalLanguage(tag: string | undefined): string {
  if (!tag?.trim()) return 'en';
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'))[0] ?? 'und';
  } catch {
    return 'und';
  }
}

const RIGHT_TO_LEFT = /^(?:ar|arc|ckb|dv|fa|he|ku-Arab|ps|sd|ug|ur|yi)\b/i;

export function textDirection(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
}

/** Countries that print on Letter; all others on A4 (CLDR, supplemental/measurementData, paperSize). */
const LETTER = new Set(['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'CR', 'GT', 'NI', 'PA', 'PR', 'SV', 'VE', 'BZ']);

export function usesLetterPaper(language: string): boolean {
  const region = language.split('-').find((part, index) => index > 0 && /^[A-Z]{2}$/.test(part));
  return region === undefined ? language === 'en' : LETTER.has(region);
}

/** Verbs of the thesaurus in the tense and person of a passage. */

export type Tense = 'past' | 'present';
/** Who the passage follows. */
export type Person = 'I' | 'we' | 'you' | 'he' | 'she' | 'they';
/** Which form a slot asks for: a third person singular, a plural, or the passage's person. */
export type Agreement = 'singular' | 'plural' | Person;

const PAST: Readonly<Record<string, string>> = {
  bear: 'bore', beat: 'beat', become: 'became', begin: 'began', bend: 'bent', blow: 'blew', break: 'broke', bring: 'brought', buy: 'bought',
  can: 'could', cast: 'cast', catch: 'caught', choose: 'chose', cling: 'clung', come: 'came', cost: 'cost', do: 'did', draw: 'drew',
  drink: 'drank', eat: 'ate', creep: 'crept', cut: 'cut', fall: 'fell', feel: 'felt', find: 'found', forget: 'forgot', freeze: 'froze', get: 'got', give: 'gave', go: 'went', grow: 'grew',
  hang: 'hung', have: 'had', hear: 'heard', hold: 'held', hurt: 'hurt', keep: 'kept', know: 'knew', lay: 'laid', leave: 'left', let: 'let', light: 'lit',
  lie: 'lay', lose: 'lost', make: 'made', may: 'might', mean: 'meant', ought: 'ought', put: 'put', ring: 'rang', rise: 'rose', run: 'ran',
  say: 'said', see: 'saw', send: 'sent', shake: 'shook', shine: 'shone', shrink: 'shrank', sing: 'sang', sink: 'sank', sit: 'sat',
  sleep: 'slept', slide: 'slid', speak: 'spoke', spring: 'sprang', stand: 'stood', stick: 'stuck', strike: 'struck', swing: 'swung',
  take: 'took', teach: 'taught', tell: 'told', think: 'thought', throw: 'threw', understand: 'understood', wear: 'wore', will: 'would', withdraw: 'withdrew',
};

const MODALS = new Set(['can', 'may', 'ought', 'will']);
const DOUBLED = new Set(['dim', 'dip', 'drip', 'drop', 'fit', 'hum', 'nod', 'prefer', 'rub', 'sag', 'slam', 'slap', 'step', 'stir', 'stop', 'tap', 'thin', 'travel']);

/** @param verb an infinitive of the thesaurus */
export function conjugate(verb: string, tense: Tense, agreement: Agreement): string {
  if (verb === 'be') return conjugateBe(tense, agreement);
  if (tense === 'past') return PAST[verb] ?? regularPast(verb);
  return isThirdSingular(agreement) && !MODALS.has(verb) ? thirdSingular(verb) : verb;
}

function isThirdSingular(agreement: Agreement): boolean {
  return agreement === 'singular' || agreement === 'he' || agreement === 'she';
}

function conjugateBe(tense: Tense, agreement: Agreement): string {
  if (tense === 'past') return isThirdSingular(agreement) || agreement === 'I' ? 'was' : 'were';
  if (agreement === 'I') return 'am';
  return isThirdSingular(agreement) ? 'is' : 'are';
}

function thirdSingular(verb: string): string {
  if (verb === 'have') return 'has';
  if (/(?:s|x|z|ch|sh|o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

function regularPast(verb: string): string {
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  return DOUBLED.has(verb) ? `${verb}${verb.at(-1)}ed` : `${verb}ed`;
}

const LOOKAROUND = /\(\?<?[=!]/;
/** A part that may match any length: `*`, `+`, `{…}`. */
const UNBOUNDED = /[*+{]/;

/**
 * What looks ahead or behind over any length takes that length at each place where it is tried, which an analysis of
 * backtracking does not see: the square of the text's length. Once, at the start of a text, it is linear, and what looks over
 * a few characters is so anywhere.
 * @param pattern one that is valid
 */
export function looksFarEverywhere(pattern: string): boolean {
  // What is escaped and what stands in a class is no syntax.
  let rest = pattern.replace(/\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)/gs, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (rest.startsWith('^') && !hasAlternatives(rest)) {
    rest = rest.slice(1);
    for (let end = endOfGroup(rest); /^\(\?[=!]/.test(rest) && !LOOKAROUND.test(rest.slice(1, end)); end = endOfGroup(rest)) rest = rest.slice(end);
  }
  for (let at = rest.search(LOOKAROUND); at >= 0; at = rest.search(LOOKAROUND)) {
    const group = rest.slice(at);
    const end = endOfGroup(group);
    if (UNBOUNDED.test(group.slice(0, end))) return true;
    rest = group.slice(3);
  }
  return false;
}

/** Whether `|` parts the pattern as a whole. */
function hasAlternatives(pattern: string): boolean {
  let depth = 0;
  for (const character of pattern) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '|' && depth === 0) return true;
  }
  return false;
}

/** Behind the parenthesis that closes the first one. */
function endOfGroup(pattern: string): number {
  let depth = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '(') depth += 1;
    if (pattern[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return pattern.length;
}

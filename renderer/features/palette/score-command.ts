/**
 * How well an action fits what was typed: every word typed must begin a word of its name or of what it is also
 * called. 1: the name begins with it; 0: it does not fit.
 */
export function scoreCommand(search: string, names: readonly string[]): number {
  const typed = search.toLowerCase().trim();
  const [name = '', ...others] = names.map((text) => text.toLowerCase());
  if (name.startsWith(typed)) return 1;
  const wanted = typed.split(/\s+/);
  const fits = (texts: readonly string[]): boolean => {
    const words = texts.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u));
    return wanted.every((part) => words.some((word) => word.startsWith(part)));
  };
  if (fits([name])) return 0.8;
  return fits([name, ...others]) ? 0.5 : 0;
}

/** Raw HTML in a manuscript stands as it was typed, but for line breaks and for comments, which nobody reads. */

export function isLineBreakTag(tag: string): boolean {
  return /^<br\s*\/?>$/i.test(tag);
}

/** A comment without its end would swallow the rest of the chapter; that one stays readable. */
export function isClosedComment(text: string): boolean {
  return text.startsWith('<!--') && text.trimEnd().endsWith('-->');
}

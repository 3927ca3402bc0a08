/**
 * Whether a subject such as `blob.created.text-input-v1` fits a pattern. A pattern fits what it begins, token by
 * token (`blob.created`); `*` stands for one token, and at the end, like `>`, for all that follow (`blob.*`).
 */
export function matchesPattern(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  if (wanted.length > tokens.length) return false;
  return wanted.every((token, index) => token === '*' || token === tokens[index] || (token === '>' && index === wanted.length - 1));
}

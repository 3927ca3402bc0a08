/**
 * What a page of the app may load and reach: itself. It has no foreign origin at all, so what is injected into it can
 * send nothing out.
 * @param nonce of this answer's own <style> elements, which the editor and the dialogs make as they go
 */
export function formatContentPolicy(nonce: string): string {
  return Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'font-src': "'self' data:",
    'img-src': "'self' data: blob:",
    'worker-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** What goes with every answer beside the policy. */
export const FIXED_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Connection Allowlists (WICG), of Chromium 152 and later: whatever has an address passes on to the policy above and to
  // will-navigate, which refuse it in their own way; what has none, WebRTC, is refused wherever there is a list. A list
  // of our origin alone would end the page for a link that is only to be ignored.
  'connection-allowlist': '("*://*:*/*")',
  // A file of another version is never shown with a page of this one.
  'cache-control': 'no-cache',
};

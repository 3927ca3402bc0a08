/** Where the page's policy asks for it (the desktop), <style> elements that are made as it goes carry the nonce of its answer. */

/** '' where the policy has none, as in a browser. */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** For the dialogs' own styles: react-style-singleton asks get-nonce, which looks there. */
export function announceStyleNonce(): void {
  const nonce = readStyleNonce();
  if (nonce !== '') Object.assign(globalThis, { __webpack_nonce__: nonce });
}

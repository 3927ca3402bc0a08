/**
 * Chromium knows no scheme of the app's own, so `app://recto` is `http://recto.localhost` in it: also a standard, secure
 * origin. Everything that crosses between page and main is translated, and only there.
 */
export class AppOrigin {
  #scheme: string | null = null;

  /** @throws Error at a second scheme */
  setScheme(scheme: string): void {
    if (this.#scheme !== null && this.#scheme !== scheme) throw new Error(`The stand-in serves one scheme, ${this.#scheme}, not also ${scheme}`);
    this.#scheme = scheme;
  }

  get scheme(): string | null {
    return this.#scheme;
  }

  /** `app://recto/x` → `http://recto.localhost/x`; any other text as it is. */
  toChromium(text: string): string {
    return this.#scheme === null ? text : text.replaceAll(new RegExp(`\\b${this.#scheme}://([a-z0-9-]+)`, 'gi'), 'http://$1.localhost');
  }

  /** `http://recto.localhost/x` → `app://recto/x`; any other text as it is. */
  toApp(text: string): string {
    return this.#scheme === null ? text : text.replaceAll(/\bhttp:\/\/([a-z0-9-]+)\.localhost(?![:.\w-])/gi, `${this.#scheme}://$1`);
  }
}

export const appOrigin = new AppOrigin();

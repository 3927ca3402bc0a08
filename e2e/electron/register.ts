/** `node --import` this, and the specifier `electron` is the stand-in, for ES modules and for CommonJS. */
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';

const standIn = new URL('./index.ts', import.meta.url).href;
const { version } = JSON.parse(readFileSync(new URL('../../node_modules/electron/package.json', import.meta.url), 'utf8')) as { version: string };

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' || specifier === 'electron/main' ? { url: standIn, shortCircuit: true } : next(specifier, context)),
});
Object.assign(process.versions, { electron: version });
Object.assign(process, { type: 'browser', resourcesPath: new URL('../../dist', import.meta.url).pathname });

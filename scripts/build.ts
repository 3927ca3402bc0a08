/** `npm run build`: the screens and the desktop program around them, in dist/. */
import { buildDesktop } from './build-desktop.ts';
import { buildRenderer } from './build-renderer.ts';

await buildRenderer({ always: true });
await buildDesktop({ always: true });

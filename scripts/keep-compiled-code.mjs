// Loaded before a command: Node keeps what it makes of each module (types stripped, compiled), so the next start takes a third of the work.
// JavaScript, since stripping this file's own types would load the stripper. In the project's folder: whoever may write here may write the code itself.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/recto', import.meta.url)));

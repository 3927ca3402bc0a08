import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';

/** The name of the library that is open, by which a backup names the books it holds: `recto-local`, or an account's. */
export async function readLibraryName(app: RectoApp): Promise<string> {
  return (await coreOf(app).library()).database.name;
}

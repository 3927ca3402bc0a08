import { from, switchMap, type Observable } from 'rxjs';
import { coreOf } from '../app-core.ts';
import type { RectoApp } from '../recto-app.ts';
import { observePitch as observe, type PitchView } from '../store/observe-pitch.ts';

export type { PitchView };

/** The book's pitch and what its chapters say now, of the library that is open; null: there is no such book. */
export function observePitch(app: RectoApp, bookId: string): Observable<PitchView | null> {
  return app.session$.pipe(switchMap(() => from(coreOf(app).library())), switchMap((library) => observe(library, bookId)));
}

/** Settings: the theme, the provider and the processors belong to this computer, the place that was open to the library. */
import { BehaviorSubject, type Observable } from 'rxjs';
import type { Settings } from '../recto-app.ts';
import type { LocalState } from '../sync/sync-types.ts';

export const DEFAULT_SETTINGS: Settings = { theme: 'system', ai: { provider: 'built-in' }, processors: {}, lastPlace: null };

const KEY = 'settings';

export interface SettingsDesk {
  readonly settings$: Observable<Settings>;
  readonly current: Settings;
  change(patch: Partial<Settings>): Promise<void>;
  /** Another library was opened. */
  useLibrary(state: LocalState): Promise<void>;
}

export async function openSettings(device: LocalState): Promise<SettingsDesk> {
  const stored = pick((await device.get(KEY)) ?? {});
  const settings = new BehaviorSubject<Settings>({ ...DEFAULT_SETTINGS, ...stored, lastPlace: null });
  let library: LocalState | null = null;
  return {
    settings$: settings.asObservable(),
    get current() {
      return settings.value;
    },
    async change(patch) {
      const next = { ...settings.value, ...pick(patch) };
      settings.next(next);
      const { lastPlace, ...onDevice } = next;
      if ('theme' in patch || 'ai' in patch || 'processors' in patch) await device.set(KEY, onDevice);
      if ('lastPlace' in patch) await library?.set('last-place', lastPlace);
    },
    async useLibrary(state) {
      library = state;
      const lastPlace = (await state.get('last-place')) as Settings['lastPlace'];
      settings.next({ ...settings.value, lastPlace });
    },
  };
}

/** What is known of an object that may be older or newer than this app. */
function pick(value: object): Partial<Settings> {
  const known = Object.entries(value).filter(([key, part]) => key in DEFAULT_SETTINGS && part !== undefined);
  return Object.fromEntries(known) as Partial<Settings>;
}

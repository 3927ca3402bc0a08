import type { NativeTheme } from 'electron';
import { createEvent, emit, standIn } from './stand-in.ts';

let themeSource: NativeTheme['themeSource'] = 'system';

/** A system that is light, until the program wants it otherwise. */
export const nativeTheme: NativeTheme = standIn<NativeTheme>('nativeTheme', {
  get themeSource() {
    return themeSource;
  },
  set themeSource(source) {
    if (source === themeSource) return;
    themeSource = source;
    emit(nativeTheme, 'updated', createEvent());
  },
  get shouldUseDarkColors() {
    return themeSource === 'dark';
  },
  shouldUseHighContrastColors: false,
  shouldUseInvertedColorScheme: false,
  inForcedColorsMode: false,
  prefersReducedTransparency: false,
});

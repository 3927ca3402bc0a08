import type { NativeImage } from 'electron';
import { standIn } from './stand-in.ts';

/** A picture that nothing draws. */
const image = (source: string): NativeImage => standIn<NativeImage>('NativeImage', { isEmpty: () => source === '', getSize: () => ({ width: 0, height: 0 }), resize: () => image(source) });

export const nativeImage = standIn<typeof Electron.nativeImage>('nativeImage', {
  createEmpty: () => image(''),
  createFromPath: (path) => image(path),
  createFromDataURL: (url) => image(url),
});

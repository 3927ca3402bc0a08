import type { Platform } from '../ports.ts';
import { openLibrary, type Library } from '../store/library.ts';
import { createTestPlatform } from './test-platform.ts';

/** A library and the platform under it, so that a test can close it and open it again. */
export async function openTestLibrary(options: Partial<Platform> = {}): Promise<{ library: Library; platform: Platform }> {
  const platform = createTestPlatform(options);
  return { platform, library: await openLibrary(platform, null) };
}

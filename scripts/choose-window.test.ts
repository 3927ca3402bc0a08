import { describe, expect, it } from 'vitest';
import { chooseWindow, type Surroundings } from './choose-window.ts';

const desk: Surroundings = { platform: 'linux', args: [], env: { DISPLAY: ':0' }, isRoot: false, canSandbox: true };

describe('npm start', () => {
  it.each<[string, Partial<Surroundings>]>([
    ['Linux with X', {}],
    ['Linux with Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }],
    ['macOS', { platform: 'darwin', env: {}, canSandbox: false }],
    ['Windows', { platform: 'win32', env: {}, canSandbox: false }],
  ])('opens Electron on %s', (_name, difference) => {
    expect(chooseWindow({ ...desk, ...difference })).toEqual({ kind: 'electron' });
  });

  it.each<[string, Partial<Surroundings>, RegExp]>([
    ['there is no screen', { env: {} }, /no screen/],
    ['root asks', { isRoot: true }, /root/],
    ['a sandbox can’t be made', { canSandbox: false }, /sandbox/],
    ['nobody looks', { env: { DISPLAY: ':0', CI: 'true' } }, /CI/],
  ])('opens the browser and says why where %s', (_name, difference, why) => {
    const choice = chooseWindow({ ...desk, ...difference });
    expect(choice).toMatchObject({ kind: 'browser', because: expect.stringMatching(why) });
    expect(JSON.stringify(choice)).not.toContain('\\n');
  });

  it.each<[string, Partial<Surroundings>]>([
    ['--browser', { args: ['--browser'] }],
    ['RECTO_BROWSER=1', { env: { DISPLAY: ':0', RECTO_BROWSER: '1' } }],
  ])('opens the browser without a word where %s asks for it', (_name, difference) => {
    expect(chooseWindow({ ...desk, ...difference })).toEqual({ kind: 'browser', because: null });
  });
});

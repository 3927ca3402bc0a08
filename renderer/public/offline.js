/*
 * The service worker of the browser's app: keeps the app's own files, so that the desk opens with no network. It
 * never keeps anything of the API, and no words: those are in the library.
 *
 * The page is asked of the network first, so that a new version shows at once; files under assets/ carry a hash of
 * their content in their name, so that one that is kept is right. `offline-files.json`, written by the build, lists all:
 * those that are always kept, and the large ones (what sets a PDF, its fonts), which are kept once they were used.
 */
const CACHE = 'recto-app';
const PAGE = './';
/** What is kept once it was used. */
const LARGE = /\.(?:wasm|ttf)$/;

/** Keeps every file of the version that the server has now, and drops those of older ones. */
async function keepFiles() {
  const answer = await fetch('./offline-files.json', { cache: 'no-cache' });
  if (!answer.ok) return;
  const { always, onceUsed } = await answer.json();
  const toUrl = (file) => new URL(file, self.registration.scope).href;
  const files = always.map(toUrl);
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  await cache.addAll(files.filter((url) => !kept.has(url)));
  // The page last: it is never kept without what it needs.
  await cache.add(new Request(PAGE, { cache: 'no-cache' }));
  const wanted = new Set([...files, ...onceUsed.map(toUrl), toUrl(PAGE)]);
  await Promise.all([...kept].filter((url) => !wanted.has(url)).map((url) => cache.delete(url)));
}

async function openPage(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await (await caches.open(CACHE)).match(PAGE);
    if (page) return page;
    throw error;
  }
}

async function openFile(event) {
  const { request } = event;
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  // Where there is no room for it, it is fetched again the next time.
  if (answer.ok && LARGE.test(new URL(request.url).pathname)) event.waitUntil(cache.put(request, answer.clone()).catch(() => undefined));
  return answer;
}

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  // Where it fails, what is kept stays as it is, and the next opening tries again.
  if (event.data === 'keep-files') event.waitUntil(keepFiles().catch(() => undefined));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === new URL(PAGE, self.registration.scope).pathname) event.respondWith(openPage(request));
  else if (url.href.startsWith(new URL('assets/', self.registration.scope).href)) event.respondWith(openFile(event));
});

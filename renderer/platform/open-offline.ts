/**
 * Lets the app open with no network, by a service worker that keeps its files (public/offline.js). Browsers allow it on
 * https and on this computer; elsewhere the app works as long as its page stays open.
 */
export async function keepAppOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('./offline.js');
  const { active } = await navigator.serviceWorker.ready;
  // A worker's message has no origin to aim at: it is of this page's own.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  active?.postMessage('keep-files');
}

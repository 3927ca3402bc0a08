/** Made by vite.config.ts: where the build put each of TYPESETTER_FILES. */
declare module 'virtual:typesetter-files' {
  const urls: Readonly<Record<string, string>>;
  export default urls;
}

/**
 * What is burnt into the packaged program (electron-builder.yml says the same, and a test compares the two): names of
 * electron-builder's `electronFuses`.
 */
export const FUSES = {
  /** The program can't be turned into a plain Node by an environment variable … */
  runAsNode: false,
  /** … nor be made to load what NODE_OPTIONS says … */
  enableNodeOptionsEnvironmentVariable: false,
  /** … nor be opened to a debugger from the command line. */
  enableNodeCliInspectArguments: false,
  /** Cookies are encrypted with the system's key. */
  enableCookieEncryption: true,
  /** The archive of the program is checked against what was built … */
  enableEmbeddedAsarIntegrityValidation: true,
  /** … and nothing beside it is loaded. */
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  /** file:// pages get no more than a browser gives them; the app has none. */
  grantFileProtocolExtraPrivileges: false,
} as const;

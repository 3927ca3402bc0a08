/**
 * The version of everything that crosses a boundary. A change of a wire schema changes the hash that
 * `wire-hash.test.ts` keeps, and so forces a decision here.
 *
 * 1: the first.
 */
export const PROTOCOL_VERSION = 1;

/** The oldest protocol a server still talks to. */
export const OLDEST_PROTOCOL_VERSION = 1;

/** The oldest protocol of a server that an app still sends its words to. */
export const OLDEST_SERVER_PROTOCOL_VERSION = 1;

/** The header in which a client and a server name their protocol. */
export const PROTOCOL_HEADER = 'recto-protocol';

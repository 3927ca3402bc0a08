/**
 * Ways out of a page that neither its content policy nor webRequest sees: WebRTC (STUN and TURN), and hints to connect
 * beforehand.
 */
import type { Session, WebContents } from 'electron';

/** Nobody listens there: only the system itself may, and none does. Socks, so that names are not looked up either. */
const NOWHERE = 'socks5://127.0.0.1:1';
/** This computer's own servers too; not the dictionaries of Chromium's spelling, which it fetches for itself. */
const ALL_BUT_DICTIONARIES = '<-loopback>,*.gvt1.com';

/** Whatever a page's session connects to is a proxy that is not there. The account's server has a session of its own. */
export async function guardConnections(session: Pick<Session, 'setProxy'>): Promise<void> {
  await session.setProxy({ mode: 'fixed_servers', proxyRules: NOWHERE, proxyBypassRules: ALL_BUT_DICTIONARIES });
}

/** What goes from peer to peer goes through that proxy or not at all. */
export function guardPeers(contents: Pick<WebContents, 'setWebRTCIPHandlingPolicy'>): void {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

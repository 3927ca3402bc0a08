export interface Invitation {
  token: string;
  /** Where it is good; undefined: it says nothing of that. */
  server: string | undefined;
}

/** What was sent, as it is pasted: the whole link, or its token alone. */
export function readInvitation(pasted: string): Invitation {
  const text = pasted.trim();
  const [, server, token] = /^(https?:\/\/.+?)\/?#\/join\/([^/]+)$/.exec(text) ?? [];
  return { token: token ?? text, server };
}

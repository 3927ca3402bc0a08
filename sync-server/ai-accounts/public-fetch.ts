import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, fetch as fetchWith } from 'undici';
import { RectoError } from '#schemas/errors.ts';
import { hostOf, isPrivateAddress } from './private-addresses.ts';

/**
 * A fetch that connects to public addresses alone. What a name stands for is checked as it is connected to, so that a name that changes
 * its address in between (DNS rebinding) reaches nothing either.
 */
export function createPublicFetch(): typeof fetch {
  const dispatcher = new Agent({ connect: { lookup: lookupPublic } });
  const fetchPublic = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    const host = hostOf(url);
    if (isIP(host) !== 0 && isPrivateAddress(host)) throw refusal(host);
    // The types of undici and of the DOM differ in name alone.
    return (await fetchWith(input as never, { ...init, dispatcher } as never)) as unknown as Response;
  };
  return fetchPublic as typeof fetch;
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = addresses?.find(({ address }) => isPrivateAddress(address));
    const [first] = addresses ?? [];
    if (error || refused || !first) return callback(refused ? refusal(hostname) : (error ?? new Error(`${hostname} has no address`)), '', 0);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function refusal(host: string): RectoError {
  return new RectoError('configuration', `${host} is an address of the server’s own network, which it opens to nobody’s text provider. Give a public address, or let its operator allow private ones.`);
}

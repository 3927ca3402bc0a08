import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are not the public internet's, by the registries of IANA (RFC 6890 and its updates): this machine, the networks
 * around it, a cloud's metadata service, and what carries such an address inside. A list for each family: in a common one, an IPv4
 * address would be looked up among those of IPv6, too, as ::ffff:….
 */
const PRIVATE = { ipv4: new BlockList(), ipv6: new BlockList() };
const IPV4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'];
/** Of IPv6 all that is no global unicast (2000::/3): also what stands for an IPv4 address there (::10.0.0.1, ::ffff:0:10.0.0.1, 64:ff9b::/96). */
const IPV6 = ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
for (const [family, subnets] of [['ipv4', IPV4], ['ipv6', IPV6]] as const) {
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    PRIVATE[family].addSubnet(network, Number(prefix), family);
  }
}

/** @param address an IP address; one that is none counts as private */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  const name = family === 6 ? 'ipv6' : 'ipv4';
  return PRIVATE[name].check(address, name);
}

/** Whether the host of a URL is, or has among its addresses, a private one. False: it is public, or nobody knows it. */
export async function leadsToPrivate(url: string): Promise<boolean> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return isPrivateAddress(host);
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some(({ address }) => isPrivateAddress(address));
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

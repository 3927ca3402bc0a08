import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPrivateAddress, leadsToPrivate } from './private-addresses.ts';
import { createPublicFetch } from './public-fetch.ts';

describe('an address that is not the internet’s', () => {
  it.each([
    '::127.0.0.1', '::ffff:0:127.0.0.1', '4000::1',
    '127.0.0.1', '127.8.8.8', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255',
    '::1', '::', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '64:ff9b::a00:1', '2002:a00:1::', 'no address',
  ])('%s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])('is not %s', (address) => expect(isPrivateAddress(address)).toBe(false));

  it.each([
    'http://127.0.0.1:11434/v1', 'http://[::1]/v1', 'http://2130706433/', 'http://0x7f.1/', 'http://127.1/', 'http://localhost:1/', 'http://localhost./', 'http://models.localhost/', 'http://[::ffff:10.0.0.1]/',
  ])('is found in %s', async (url) => expect(await leadsToPrivate(url)).toBe(true));

  it('is not found where there is none', async () => {
    expect(await leadsToPrivate('https://1.1.1.1/v1')).toBe(false);
    expect(await leadsToPrivate('https://nobody.invalid/v1')).toBe(false);
  });
});

describe('a fetch of public addresses', () => {
  let server: Server;
  let port: number;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked += 1;
      response.end('inside');
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('reaches nothing of this machine, by number or by name', async () => {
    const fetchPublic = createPublicFetch();
    for (const host of ['127.0.0.1', '[::1]', '2130706433', 'localhost', '[::ffff:127.0.0.1]']) {
      const error = await fetchPublic(`http://${host}:${port}/`).then(() => null, (thrown: Error) => thrown);
      expect(JSON.stringify([(error as { code?: string }).code, (error?.cause as { code?: string } | undefined)?.code])).toContain('configuration');
    }
    expect(asked).toBe(0);
  });
});

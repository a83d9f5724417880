import { expect, test } from 'vitest';

import { parseAllowList } from './allow-list.ts';
import { createGuard, lookUpInSystem } from './guard.ts';
import type { Lookup } from './lookup-queue.ts';
import { parseTarget } from './target.ts';

const never: Lookup = async (name) => {
  throw new Error(`${name} was looked up`);
};
const guardOf = (allow: string[] = [], lookup: Lookup = never) =>
  createGuard(parseAllowList(allow).rules, lookup);
const answering =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses;

test.each([
  'http://127.0.0.1/',
  'http://127.1:9000/',
  'http://0x7f000001/',
  'http://2852039166/latest/meta-data/',
  'http://[::1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[fd00::1]/',
  'http://localhost/',
  'https://LOCALHOST.:8080/',
  'http://api.localhost/',
  'http://localhost.localdomain/',
  'http://ip6-localhost/',
])('%s is refused before anything is looked up', async (url) => {
  const target = parseTarget(url);
  expect(guardOf().refusalOf(target)).toMatch(/^\S+ is .*only public addresses.*SHEAF_EGRESS_ALLOW/);
  await expect(guardOf().addressesOf(target)).rejects.toMatchObject({ code: 'EGRESS_DENIED' });
});

test('the message names what to add', () => {
  const message = guardOf().refusalOf(parseTarget('http://[::1]:81/'));
  expect(message).toContain('can add ::1 or [::1]:81 to SHEAF_EGRESS_ALLOW');
  expect(guardOf(['::1']).refusalOf(parseTarget('http://[::1]:81/'))).toBeUndefined();
  expect(guardOf(['[::1]:81']).refusalOf(parseTarget('http://[::1]:81/'))).toBeUndefined();
  expect(guardOf(['[::1]:82']).refusalOf(parseTarget('http://[::1]:81/'))).toBe(message);
});

test('a public address is called as it is', async () => {
  const target = parseTarget('https://1.1.1.1/');
  expect(guardOf().refusalOf(target)).toBeUndefined();
  expect(await guardOf().addressesOf(target)).toEqual(['1.1.1.1']);
});

test('a name passes when all its addresses are public', async () => {
  const addresses = ['1.1.1.1', '2606:4700:4700::1111'];
  expect(await guardOf([], answering(...addresses)).addressesOf(parseTarget('http://example.com/'))).toEqual(
    addresses,
  );
});

test.each([
  [['10.0.0.1'], 'private'],
  [['1.1.1.1', '10.0.0.1'], 'private'],
  [['1.1.1.1', '::1'], 'loopback'],
  [['::ffff:169.254.169.254', '1.1.1.1'], 'link-local'],
  [['1.1.1.1', 'fe80::1%eth0'], 'link-local'],
  [['1.1.1.1', 'nonsense'], 'not an address'],
])('a name with the addresses %j is refused', async (addresses, kind) => {
  const guard = guardOf([], answering(...addresses));
  const target = parseTarget('http://example.com/');
  const error = await guard.addressesOf(target).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'EGRESS_DENIED', message: expect.stringContaining(kind) });
  expect((error as Error).message).not.toMatch(/10\.0\.0\.1|::1|169\.254/);
  await expect(guard.checkForProxy(target)).rejects.toMatchObject({ code: 'EGRESS_DENIED' });
});

test('exceptions open an address, a network or a name', async () => {
  const target = parseTarget('http://hooks.internal:9000/');
  const called = (allow: string[], ...addresses: string[]) =>
    guardOf(allow, answering(...addresses)).addressesOf(target);
  expect(await called(['10.0.0.0/8'], '10.0.0.1')).toEqual(['10.0.0.1']);
  expect(await called(['hooks.internal'], '10.0.0.1', '::1')).toEqual(['10.0.0.1', '::1']);
  expect(await called(['hooks.internal:9000'], '10.0.0.1')).toEqual(['10.0.0.1']);
  await expect(called(['hooks.internal:9001'], '10.0.0.1')).rejects.toThrow(/SHEAF_EGRESS_ALLOW/);
  await expect(called(['10.0.0.0/8'], '10.0.0.1', '192.168.0.1')).rejects.toThrow(/SHEAF_EGRESS_ALLOW/);
});

test('localhost is what its addresses are, once they are allowed', async () => {
  const target = parseTarget('http://localhost:9000/');
  expect(guardOf(['127.0.0.1']).refusalOf(target)).toBeUndefined();
  expect(guardOf(['localhost']).refusalOf(target)).toBeUndefined();
  const [address] = await guardOf(['localhost'], lookUpInSystem).addressesOf(target);
  expect(['127.0.0.1', '::1']).toContain(address);
});

test.each([
  ['has no address', answering()],
  ['cannot be looked up', never],
])('a name that %s is told as such', async (_, lookup) => {
  const target = parseTarget('http://nowhere.example/');
  await expect(guardOf([], lookup).addressesOf(target)).rejects.toMatchObject({
    code: 'UNRESOLVED',
    message: expect.stringContaining('nowhere.example'),
  });
});

test('a proxy may look up itself what the operator allowed by name', async () => {
  const target = parseTarget('http://hooks.internal/');
  await expect(guardOf(['hooks.internal']).checkForProxy(target)).resolves.toBeUndefined();
  await expect(guardOf().checkForProxy(target)).rejects.toMatchObject({ code: 'UNRESOLVED' });
});

import { expect, test } from 'vitest';

import { readAddress, specialKindOf } from './address-kinds.ts';

const kindOf = (text: string): string | undefined => {
  const address = readAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return specialKindOf(address);
};

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:800::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])('%s is public', (address) => {
  expect(kindOf(address)).toBeUndefined();
});

test.each([
  ['0.0.0.0', /unspecified/],
  ['0.1.2.3', /unspecified/],
  ['127.0.0.1', /loopback/],
  ['127.255.255.254', /loopback/],
  ['10.0.0.0', /private/],
  ['10.255.255.255', /private/],
  ['172.16.0.1', /private/],
  ['172.31.255.255', /private/],
  ['192.168.1.1', /private/],
  ['169.254.169.254', /link-local/],
  ['100.64.0.1', /carrier/],
  ['100.100.100.200', /carrier/],
  ['100.127.255.255', /carrier/],
  ['168.63.129.16', /cloud provider/],
  ['192.0.0.192', /reserved/],
  ['192.0.2.1', /reserved/],
  ['192.88.99.1', /reserved/],
  ['198.18.0.1', /reserved/],
  ['198.19.255.255', /reserved/],
  ['198.51.100.1', /reserved/],
  ['203.0.113.1', /reserved/],
  ['224.0.0.1', /multicast/],
  ['239.255.255.255', /multicast/],
  ['240.0.0.1', /reserved/],
  ['255.255.255.255', /broadcast/],
  ['::', /unspecified/],
  ['::1', /loopback/],
  ['0:0:0:0:0:0:0:1', /loopback/],
  ['fc00::1', /private/],
  ['fd00:ec2::254', /private/],
  ['fec0::1', /private/],
  ['fe80::1', /link-local/],
  ['fe80::1%eth0', /link-local/],
  ['febf:ffff::1', /link-local/],
  ['ff02::1', /multicast/],
  ['100::1', /reserved/],
  ['2001:db8::1', /reserved/],
  ['3fff::1', /reserved/],
  ['5f00::1', /reserved/],
  ['2001:2::1', /reserved/],
  ['4000::1', /reserved/],
  ['::ffff:127.0.0.1', /loopback/],
  ['::ffff:a9fe:a9fe', /link-local/],
  ['::ffff:10.0.0.1', /private/],
  ['64:ff9b::127.0.0.1', /loopback/],
  ['64:ff9b::a00:1', /private/],
  ['64:ff9b:1::a00:1', /reserved/],
  ['::ffff:0:127.0.0.1', /reserved/],
  ['::127.0.0.1', /reserved/],
  ['::7f00:1', /reserved/],
  ['2002:7f00:1::', /reserved/],
  ['2002:a00:1::1', /reserved/],
  ['2001::f5ff:fffe', /reserved/],
])('%s is not public', (address, kind) => {
  expect(kindOf(address)).toMatch(kind);
});

test.each([
  '',
  'localhost',
  '127.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '2130706433',
  '[::1]',
  '1.2.3.4/8',
  '1.2.3',
])('%j is no address as a socket takes it', (text) => {
  expect(readAddress(text)).toBeUndefined();
});

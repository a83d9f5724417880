import { expect, test } from 'vitest';

import { readAddress } from './address-kinds.ts';
import { allowsAddress, allowsName, parseAllowList } from './allow-list.ts';

const rulesOf = (...entries: string[]) => {
  const { rules, wrong } = parseAllowList(entries);
  expect(wrong).toEqual([]);
  return rules;
};
const allows = (entry: string, address: string, port = 80): boolean => {
  const read = readAddress(address);
  if (!read) throw new Error(`${address} is no address`);
  return allowsAddress(rulesOf(entry), read, port);
};

test.each([
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['127.0.0.1', '::1', false],
  ['127.0.0.1', '::ffff:127.0.0.1', true],
  ['::ffff:127.0.0.1', '127.0.0.1', true],
  ['0x7f.1', '127.0.0.1', true],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.1.2.3/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['0.0.0.0/0', '192.168.0.1', true],
  ['0.0.0.0/0', 'fd00::1', false],
  ['192.168.0.0/31', '192.168.0.2', false],
  ['::/0', 'fd00::1', true],
  ['::/0', '10.0.0.1', false],
  ['fd00::/8', 'fdff::1', true],
  ['fd00::1', 'fd00:0::1', true],
  ['[fd00::1]', 'fd00::1', true],
])('%s allows %s: %s', (entry, address, allowed) => {
  expect(allows(entry, address)).toBe(allowed);
});

test('an entry with a port holds for that port only', () => {
  expect(allows('127.0.0.1:9000', '127.0.0.1', 9000)).toBe(true);
  expect(allows('127.0.0.1:9000', '127.0.0.1', 9001)).toBe(false);
  expect(allows('[::1]:80', '::1', 80)).toBe(true);
  expect(allows('[::1]:80', '::1', 443)).toBe(false);
  expect(allowsName(rulesOf('hooks.internal:80'), 'hooks.internal', 443)).toBe(false);
  expect(allowsName(rulesOf('hooks.internal:80'), 'hooks.internal', 80)).toBe(true);
});

test('a name is that name and none above, below or like it', () => {
  const rules = rulesOf('Hooks.Internal.', 'my_service', 'größer.example');
  expect(allowsName(rules, 'hooks.internal', 1)).toBe(true);
  expect(allowsName(rules, 'my_service', 1)).toBe(true);
  expect(allowsName(rules, 'xn--grer-wna1l.example', 1)).toBe(true);
  for (const other of ['a.hooks.internal', 'internal', 'hooks.internal.example', 'hooksxinternal']) {
    expect(allowsName(rules, other, 1)).toBe(false);
  }
});

test.each([
  '*',
  '*.example.com',
  'http://example.com',
  'example.com/path',
  'example.com:0',
  'example.com:65536',
  'example.com:http',
  'user@example.com',
  'two words',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/',
  '10.0.0/8',
  '010.0.0.0/8',
  '10.0.0.0/8/8',
  '10.0.0.0/8:80',
  'fd00::/129',
  '::ffff:10.0.0.0/104',
  'fe80::1%eth0',
  '256.0.0.1',
  '-x.example',
  'a..b',
  '.',
  '[::1',
])('%j means nothing', (entry) => {
  expect(parseAllowList(['127.0.0.1', entry])).toEqual({ rules: [expect.anything()], wrong: [entry] });
});

import { expect, test } from 'vitest';

import { parseTarget } from './target.ts';

test.each([
  ['http://example.com', 'example.com', 80, 'example.com', '/'],
  ['https://example.com/a?b=c#d', 'example.com', 443, 'example.com', '/a?b=c'],
  ['http://EXAMPLE.com:8080/', 'example.com', 8080, 'example.com:8080', '/'],
  ['http://example.com.:443/', 'example.com', 443, 'example.com.:443', '/'],
  ['http://größer.example/ä', 'xn--grer-wna1l.example', 80, 'xn--grer-wna1l.example', '/%C3%A4'],
  ['http://[::1]:99/', '::1', 99, '[::1]:99', '/'],
  ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1', 80, '[::ffff:7f00:1]', '/'],
  ['http://2130706433/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://0x7f000001/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://0177.0.0.1/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://127.1/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://127.0.0.1./', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://127。0。0。1/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://１２７.0.0.1/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://example.com@127.0.0.1/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://example.com\\@127.0.0.1/', 'example.com', 80, 'example.com', '/@127.0.0.1/'],
  ['http:/\\127.0.0.1', '127.0.0.1', 80, '127.0.0.1', '/'],
  [' http://127.0.0.1\t/ ', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://%31%32%37.0.0.1/', '127.0.0.1', 80, '127.0.0.1', '/'],
  ['http://example.com#@127.0.0.1/', 'example.com', 80, 'example.com', '/'],
])('%s calls %s:%i', (url, host, port, authority, path) => {
  expect(parseTarget(url)).toMatchObject({ host, port, authority, path });
});

test('user and password become a header and are in nothing else', () => {
  const target = parseTarget('https://us%20er:p%40ss@example.com/x');
  expect(target.authorization).toBe(`Basic ${Buffer.from('us er:p@ss').toString('base64')}`);
  expect(target).toMatchObject({ authority: 'example.com', path: '/x' });
  expect(parseTarget('https://example.com')).not.toHaveProperty('authorization');
});

test.each([
  ['', /absolute/],
  ['/path', /absolute/],
  ['example.com', /absolute/],
  ['//example.com', /absolute/],
  ['http://', /absolute/],
  ['http://./', /without a host/],
  ['http://a.../', /without a host/],
  ['http://[fe80::1%25eth0]/', /absolute/],
  ['http://[::1/', /absolute/],
  ['http://exa mple.com/', /absolute/],
  ['http://example.com:99999/', /absolute/],
  ['http://example.com:0/', /port 0/],
  ['ftp://example.com/', /http:\/\//],
  ['file:///etc/passwd', /http:\/\//],
  ['gopher://127.0.0.1:6379/', /http:\/\//],
  ['data:text/plain,x', /http:\/\//],
  ['http://a%zz:b@example.com/', /percent/],
  [`http://example.com/${'x'.repeat(9000)}`, /longer/],
])('%j is refused', (url, reason) => {
  expect(() => parseTarget(url)).toThrow(expect.objectContaining({ code: 'INVALID_URL' }));
  expect(() => parseTarget(url)).toThrow(reason);
});

test('what is wrong with a URL is told without the URL', () => {
  expect(() => parseTarget('ftp://user:hunter2@example.com/hunter2')).toThrow(/^((?!hunter2).)*$/);
});

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDownloadLinks, DEFAULT_LINK_SECONDS, MAX_LINK_SECONDS } from './download-links.ts';

const START = Date.UTC(2026, 0, 1);
const FILE = { kind: 'file', id: '0198c0de-0000-7000-8000-000000000001' } as const;

/** Links on a clock that the test moves. */
function linksAt(secret = randomBytes(32)) {
  const clock = { now: START };
  return { clock, links: createDownloadLinks(secret, () => clock.now) };
}

test('a ticket is good until it expires, and then known to have been good', () => {
  const { clock, links } = linksAt();
  const ticket = links.sign(FILE, 60);
  expect(links.check(FILE, ticket)).toBe('valid');
  clock.now += 59_999;
  expect(links.check(FILE, ticket)).toBe('valid');
  clock.now += 1;
  expect(links.check(FILE, ticket)).toBe('expired');
});

test('a ticket lives an hour unless told otherwise, and at most seven days', () => {
  const { links } = linksAt();
  expect(links.sign(FILE).expires).toBe(START / 1000 + DEFAULT_LINK_SECONDS);
  expect(links.sign(FILE, 10 * MAX_LINK_SECONDS).expires).toBe(START / 1000 + MAX_LINK_SECONDS);
});

test('a ticket is good for its own resource only', () => {
  const { links } = linksAt();
  const ticket = links.sign(FILE);
  expect(links.check({ ...FILE, id: FILE.id.replace(/1$/, '2') }, ticket)).toBe('forged');
});

test('a ticket cannot be made to live longer, also not one that has expired', () => {
  const { clock, links } = linksAt();
  const ticket = links.sign(FILE, 60);
  expect(links.check(FILE, { ...ticket, expires: ticket.expires + 1 })).toBe('forged');
  clock.now += 3_600_000;
  expect(links.check(FILE, { ...ticket, expires: ticket.expires + 7200 })).toBe('forged');
});

test('a signature with any one bit flipped, cut, lengthened or missing is refused', () => {
  const { links } = linksAt();
  const { expires, signature } = links.sign(FILE);
  const bytes = Buffer.from(signature, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const ticket = { expires, signature: forged.toString('base64url') };
    expect(links.check(FILE, ticket), `bit ${bit}`).toBe('forged');
  }
  for (const bad of ['', 'x', signature.slice(0, -2), `${signature}AA`]) {
    expect(links.check(FILE, { expires, signature: bad })).toBe('forged');
  }
});

test('servers that share the secret take each other’s tickets, others do not', () => {
  const secret = randomBytes(32);
  const ticket = linksAt(secret).links.sign(FILE);
  expect(linksAt(secret).links.check(FILE, ticket)).toBe('valid');
  expect(linksAt().links.check(FILE, ticket)).toBe('forged');
});

test('a ticket for a part of a result is good for that part, a picture’s for those bytes', () => {
  const { links } = linksAt();
  const part = { kind: 'result', id: 'pjb-1', part: 'markdown_full' } as const;
  expect(links.check(part, links.sign(part))).toBe('valid');
  expect(links.check({ ...part, part: 'text_full' }, links.sign(part))).toBe('forged');
  const image = { kind: 'image', id: 'pjb-1', name: 'page_1.png', at: 10, length: 20 } as const;
  expect(links.check(image, links.sign(image))).toBe('valid');
  for (const other of [{ name: 'page_2.png' }, { at: 11 }, { length: 21 }]) {
    expect(links.check({ ...image, ...other }, links.sign(image))).toBe('forged');
  }
});

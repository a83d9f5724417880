import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';

const mail = (lines: readonly string[]) => Buffer.from(lines.join('\r\n'));

test('a mail is its subject, its fields and its text', async () => {
  const { pages, warnings } = await readDocument(
    mail([
      'From: =?utf-8?q?J=C3=BCrgen?= <j@example.com>',
      'To: a@example.com, "B" <b@example.com>',
      'Date: Tue, 1 Oct 2024 10:00:00 +0200',
      'Subject: Hello',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=FC=DFe',
      '',
      'Second paragraph',
    ]),
  );
  expect(pages[0]?.markdown).toBe(
    '# Hello\n\n**From:** Jürgen <j@example.com>\n**To:** a@example.com, B <b@example.com>\n' +
      '**Date:** Tue, 1 Oct 2024 10:00:00 +0200\n\nGrüße\n\nSecond paragraph',
  );
  expect(warnings).toEqual([]);
});

test('HTML is preferred, attachments are listed and follow, attached mails are read', async () => {
  const { pages, warnings } = await readDocument(
    mail([
      'From: a@example.com',
      'Subject: Outer',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="m"',
      '',
      '--m',
      'Content-Type: multipart/alternative; boundary="n"',
      '',
      '--n',
      'Content-Type: text/plain',
      '',
      'plain',
      '--n',
      'Content-Type: text/html',
      '',
      '<p>Rich <b>text</b></p>',
      '--n--',
      '--m',
      'Content-Type: application/pdf; name="offer.pdf"',
      'Content-Disposition: attachment; filename="offer.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'QUJD',
      '--m',
      'Content-Type: message/rfc822',
      '',
      'From: inner@example.com',
      'Subject: Inner',
      '',
      'inner text',
      '--m--',
    ]),
  );
  expect(pages[0]?.markdown).toBe(
    '# Outer\n\n**From:** a@example.com\n\nRich **text**\n\n**Attachments:**\n\n- offer.pdf (application/pdf, 3 bytes)\n\n' +
      '## Inner\n\n**From:** inner@example.com\n\ninner text',
  );
  expect(pages[1]?.markdown).toBe('## offer.pdf\n\nABC');
  expect(warnings).toEqual([]);
});

test('mails that multiply inside each other are read up to a number, and the rest is told', async () => {
  const around = (name: string, inner: string, times: number) =>
    `From: a@example.com\r\nSubject: ${name}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${name}"\r\n\r\n` +
    `${`--${name}\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n`.repeat(times)}--${name}--\r\n`;
  let text = 'From: a@example.com\r\nSubject: leaf\r\n\r\nend';
  for (const level of ['c', 'b', 'a']) text = around(level, text, 8);
  const { pages, warnings } = await readDocument(Buffer.from(text));
  expect(pages).toHaveLength(1);
  expect(pages[0]?.items.filter((item) => item.type === 'heading')).toHaveLength(201);
  expect(warnings).toEqual([expect.stringContaining('more than 200 mails')]);
});

test('mails inside mails are opened to a depth only', async () => {
  let text = 'From: a@example.com\r\nSubject: 0\r\n\r\nend';
  for (let depth = 1; depth < 40; depth += 1)
    text = `From: a@example.com\r\nSubject: ${depth}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n${text}`;
  const { pages } = await readDocument(Buffer.from(text));
  expect(pages[0]?.items.filter((item) => item.type === 'heading').length).toBeLessThan(10);
});

test.each([
  [
    'iso-8859-1',
    'Subject: Gr\xfc\xdfe\nFrom: J\xf6rg <a@b.c>\n\n\xe4\xf6\xfc',
    '# Grüße\n\n**From:** Jörg <a@b.c>\n\näöü',
  ],
  [
    'utf8',
    'Subject: Grüße\nFrom: a@b.c\nContent-Type: text/plain; charset=us-ascii\n\ncafé',
    '# Grüße\n\n**From:** a@b.c\n\ncafé',
  ],
  [
    'utf8',
    'Subject: x\nFrom: a@b.c\nContent-Type: text/plain; charset="x-nobody"\n\ncafé',
    '# x\n\n**From:** a@b.c\n\ncafé',
  ],
  [
    'iso-8859-1',
    'Subject: \xcf\nFrom: a@b.c\nContent-Type: text/plain; charset=koi8-r\n\n\xc4\xc1',
    '# о\n\n**From:** a@b.c\n\nда',
  ],
  [
    'iso-8859-1',
    'Subject: \xfc\nFrom: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n\n\xfc\n--b--\n',
    '# ü\n\n**From:** a@b.c\n\nü',
  ],
])(
  'bytes beyond ASCII that nothing declares are read as what they are (%s)',
  async (encoding, text, markdown) => {
    const bytes = Buffer.from(text, encoding === 'utf8' ? 'utf8' : 'latin1');
    expect((await readDocument(bytes, {}, { fileName: 'a.eml' })).pages[0]?.markdown).toBe(markdown);
  },
);

test.each(['windows-1252', 'iso-8859-1'])('euros and quotes of parts in %s are kept', async (charset) => {
  const bytes = mail([
    'From: =?windows-1252?q?=93J=94?= <a@b.c>',
    'Subject: =?windows-1252?b?NSCA?=',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    `Content-Type: text/plain; charset=${charset}`,
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '=93Gr=FC=DFe=94 =96 5 =80',
    '--b',
    `Content-Type: text/plain; charset=${charset}`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('\x84Zitat\x93', 'latin1').toString('base64'),
    '--b--',
  ]);
  expect((await readDocument(bytes)).pages[0]?.markdown).toBe(
    '# 5 €\n\n**From:** “J” <a@b.c>\n\n“Grüße” – 5 €\n\n„Zitat“',
  );
});

test('a mark before the first field is none of its name', async () => {
  const bytes = Buffer.from('\ufeffFrom: J <a@b.c>\nSubject: s\n\nGrüße');
  expect((await readDocument(bytes, {}, { fileName: 'a.eml' })).pages[0]?.markdown).toBe(
    '# s\n\n**From:** J <a@b.c>\n\nGrüße',
  );
});

test('parts that declare no encoding, or a wrong one, are read as what they are; other parts stay', async () => {
  const texts = mail([
    'From: a@b.c',
    'Subject: s',
    'Content-Type: multipart/mixed; boundary="m"',
    '',
    '--m',
    'Content-Type: multipart/alternative; boundary=m-n',
    '',
    '--m-n',
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Œuvre → café',
    '--m-n--',
    '--m',
    '',
    'ohne Felder: Grüße',
    '--m ',
    'Content-Type: text/plain; charset=utf-8',
    '',
    '--mehr als eine Grenze: ü',
    '--m',
    'Content-Type: application/octet-stream; name=ü.bin',
    'Content-Transfer-Encoding: binary',
    'Content-Disposition: attachment; filename=ü.bin',
    '',
    '',
  ]);
  const bytes = Buffer.concat([texts, Buffer.of(0xfc, 0xfc), Buffer.from('\r\n--m--')]);
  const markdown = (await readDocument(bytes)).pages[0]?.markdown;
  expect(markdown).toContain('Œuvre → café');
  expect(markdown).toContain('ohne Felder: Grüße');
  expect(markdown).toContain('--mehr als eine Grenze: ü');
  // With the line end that the parser of mails adds; as UTF-8 they would be four.
  expect(markdown).toContain('ü.bin (application/octet-stream, 3 bytes)');
});

test('flowed lines are joined, also in quotes, and other lines stay', async () => {
  const text = (extra: string, body: string) =>
    Buffer.from(
      `From: a@b.c\nSubject: s\nContent-Type: text/plain; charset=utf-8;\n format=flowed${extra}\n\n${body}`,
    );
  const read = async (extra: string, body: string) =>
    (await readDocument(text(extra, body), {}, { fileName: 'a.eml' })).pages[0]?.markdown;
  expect(
    await read('', 'One \ntwo.\n\n> Quoted \n> text\n>> deeper \n> less\n\n stuffed\nshort\n-- \nAnn'),
  ).toBe('# s\n\n**From:** a@b.c\n\nOne two.\n\n> Quoted text\n>> deeper\n> less\n\nstuffed\nshort\n--\nAnn');
  expect(await read('; DelSp=yes', 'a lo \nng word')).toContain('a long word');
});

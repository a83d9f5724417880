import CFB from 'cfb';
import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { decompressRtf } from './compressed-rtf.ts';

/** The stream of fixed properties: a header, then entries of sixteen bytes. */
function fixedProperties(
  headerBytes: number,
  entries: readonly (readonly [type: number, property: number, value: bigint])[],
): Buffer {
  const bytes = Buffer.alloc(headerBytes + entries.length * 16);
  for (const [index, [type, property, value]] of entries.entries()) {
    const at = headerBytes + index * 16;
    bytes.writeUInt16LE(type, at);
    bytes.writeUInt16LE(property, at + 2);
    bytes.writeBigUInt64LE(value, at + 8);
  }
  return bytes;
}

function msg(streams: Readonly<Record<string, Buffer>>): Buffer {
  const container = CFB.utils.cfb_new();
  for (const [path, content] of Object.entries(streams)) CFB.utils.cfb_add(container, `/${path}`, content);
  return Buffer.from(CFB.write(container, { type: 'buffer' }) as Buffer);
}

const wide = (text: string) => Buffer.from(text, 'utf16le');

test('an Outlook mail is presented like any other', async () => {
  const sent = (BigInt(Date.UTC(2024, 9, 1, 8)) + 11_644_473_600_000n) * 10_000n;
  const { pages, warnings } = await readDocument(
    msg({
      '__properties_version1.0': fixedProperties(32, [
        [0x0040, 0x0039, sent],
        [0x0003, 0x3fde, 1251n],
      ]),
      '__substg1.0_0037001F': wide('Привет'),
      '__substg1.0_0C1A001F': wide('Ann'),
      '__substg1.0_5D01001F': wide('ann@example.com'),
      '__substg1.0_10130102': Buffer.from('<p>HTML \xe4\xe0 <b>b</b></p>', 'latin1'),
      '__recip_version1.0_#00000000/__properties_version1.0': fixedProperties(8, [[0x0003, 0x0c15, 1n]]),
      '__recip_version1.0_#00000000/__substg1.0_3001001F': wide('Bob'),
      '__recip_version1.0_#00000000/__substg1.0_39FE001F': wide('bob@example.com'),
      '__attach_version1.0_#00000000/__properties_version1.0': fixedProperties(8, []),
      '__attach_version1.0_#00000000/__substg1.0_3707001F': wide('offer.docx'),
      '__attach_version1.0_#00000000/__substg1.0_37010102': Buffer.from('12345'),
      '__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0': fixedProperties(24, []),
      '__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F': wide('Inner'),
      '__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001E': Buffer.from(
        'inner \xfc',
        'latin1',
      ),
    }),
  );
  expect(pages[0]?.markdown).toBe(
    '# Привет\n\n**From:** Ann <ann@example.com>\n**To:** Bob <bob@example.com>\n**Date:** Tue, 01 Oct 2024 08:00:00 GMT\n\n' +
      'HTML да **b**\n\n**Attachments:**\n\n- offer.docx (5 bytes)\n\n## Inner\n\ninner ü',
  );
  expect(pages[1]?.markdown).toBe('## offer.docx\n\n12345');
  expect(warnings).toEqual([]);
});

test('a body of compressed RTF is read', async () => {
  // Ten bytes from the dictionary's beginning, five as they are, then the place of writing, which ends it.
  const tokens = Buffer.from([0b0100_0001, 0x00, 0x08, ...Buffer.from('i Hi}'), 0x0d, 0xe0]);
  const compressed = Buffer.concat([Buffer.alloc(16), tokens]);
  compressed.writeUInt32LE(15, 4);
  compressed.write('LZFu', 8);
  expect(decompressRtf(compressed)?.toString()).toBe('{\\rtf1\\ansi Hi}');
  const plain = Buffer.concat([Buffer.alloc(16), Buffer.from('{\\rtf1 Hello \\b RTF\\par}')]);
  plain.writeUInt32LE(plain.length - 16, 4);
  plain.write('MELA', 8);
  const { pages } = await readDocument(
    msg({ '__properties_version1.0': fixedProperties(32, []), '__substg1.0_10090102': plain }),
  );
  expect(pages[0]?.markdown).toBe('Hello **RTF**');
});

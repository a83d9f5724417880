import { crc32, deflateSync } from 'node:zlib';
import type { Random } from '../../scripts/documents/random.ts';

const SIDE = 96;

/** A small colour picture of soft bands, as PNG bytes, for embedding. */
export function drawPicture(random: Random): Buffer {
  const [red, green, blue] = [random.integer(40, 220), random.integer(40, 220), random.integer(40, 220)];
  const slope = random.integer(1, 5);
  const rows = Buffer.alloc(SIDE * (1 + SIDE * 3));
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1) {
      // Each row begins with the byte of its filter, 0 for none.
      const at = y * (1 + SIDE * 3) + 1 + x * 3;
      const wave = ((x * slope + y * 2) % 64) - 32;
      rows.writeUInt8(clamp(red + wave), at);
      rows.writeUInt8(clamp(green + y - wave), at + 1);
      rows.writeUInt8(clamp(blue + x), at + 2);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  // Eight bits per channel, red-green-blue, no interlacing (PNG, section 11.2.2).
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const clamp = (level: number): number => Math.max(0, Math.min(255, level));

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

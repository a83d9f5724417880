import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Enough of the end to hold a last scan of most pictures, and whatever cameras write behind the picture. */
const TAIL_BYTES = 1024 * 1024;
/** ISO/IEC 10918-1, B.1.1.3: the end of the image and the start of a scan. Neither stands in the data of a scan. */
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
const START_OF_SCAN = Buffer.from([0xff, 0xda]);

/** Whether a JPEG ends within a scan: decoders show what is there, and grey below it. */
export function isCutOffJpeg(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(END_OF_IMAGE);
    // A small picture inside the picture ends before the scan begins.
    return end < 0 || end < tail.lastIndexOf(START_OF_SCAN);
  } finally {
    closeSync(file);
  }
}

/** What every dictionary begins with ([MS-OXRTFCP] 2.1.2.1). */
const START =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans ' +
  'SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const DICTIONARY_BYTES = 4096;
const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
/** Longer bodies are not mail. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Decompresses the RTF body of an Outlook mail ([MS-OXRTFCP]). @returns undefined for what is none */
export function decompressRtf(bytes: Buffer): Buffer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const rawSize = Math.min(bytes.readUInt32LE(4), MOST_BYTES);
  const kind = bytes.readUInt32LE(8);
  if (kind === UNCOMPRESSED) return bytes.subarray(HEADER_BYTES, HEADER_BYTES + rawSize);
  if (kind !== COMPRESSED) return undefined;
  const dictionary = Buffer.alloc(DICTIONARY_BYTES, ' ');
  let write = dictionary.write(START, 'latin1');
  const output = Buffer.alloc(Math.min(rawSize, bytes.length * 18));
  let size = 0;
  const put = (byte: number) => {
    output[size] = byte;
    size += 1;
    dictionary[write] = byte;
    write = (write + 1) % DICTIONARY_BYTES;
  };
  for (let at = HEADER_BYTES; at < bytes.length && size < output.length;) {
    const control = bytes[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.length && size < output.length; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(bytes[at] ?? 0);
        at += 1;
        continue;
      }
      const reference = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      let from = reference >> 4;
      if (from === write) return output.subarray(0, size);
      for (let left = (reference & 0xf) + 2; left > 0 && size < output.length; left -= 1) {
        put(dictionary[from] ?? 0);
        from = (from + 1) % DICTIONARY_BYTES;
      }
    }
  }
  return output.subarray(0, size);
}

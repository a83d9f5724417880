/**
 * What Windows-1252 has at 0x80 to 0x9F, by the index of the encoding standard (https://encoding.spec.whatwg.org/,
 * index-windows-1252). The five that it leaves open stay control characters.
 */
const WESTERN_HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Decodes bytes of any encoding that the standard names; what is invalid becomes U+FFFD. All reading of labelled bytes
 * goes through here: decoders of Node 20 read Windows-1252, which ISO 8859-1 and ASCII are labels of too, as if 0x80 to
 * 0x9F were control characters.
 * @throws {RangeError} for a label that nobody knows
 */
export function decodeAs(label: string, bytes: Uint8Array): string {
  const decoder = new TextDecoder(label);
  return decoder.encoding === 'windows-1252' ? decodeWestern(bytes) : decoder.decode(bytes);
}

/**
 * Decodes bytes that are valid as a whole.
 * @param options.isHead the bytes are the beginning of more, so that the last sign may be cut off
 * @returns undefined where they are not
 */
export function decodeStrictly(
  label: string,
  bytes: Uint8Array,
  options: { isHead?: boolean } = {},
): string | undefined {
  const decoder = new TextDecoder(label, { fatal: true });
  if (decoder.encoding === 'windows-1252') return decodeWestern(bytes);
  try {
    return decoder.decode(bytes, { stream: options.isHead ?? false });
  } catch {
    return undefined;
  }
}

/** Whether bytes can be decoded by a label. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** Control characters that nobody writes, as the signs of Windows-1252 that they are where another decoder made them. */
export function westernControls(text: string): string {
  return text.replaceAll(/[\u0080-\u009f]/g, (sign) => WESTERN_HIGH.charAt(sign.charCodeAt(0) - 0x80));
}

function decodeWestern(bytes: Uint8Array): string {
  return westernControls(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
}

import { decodeAs, decodeStrictly, isEncoding } from '../../containers/decode.ts';

/** How the head of a mail ends (RFC 5322, 2.1). */
const HEAD_END = /\r?\n\r?\n/;
const LONGEST_HEAD = 1024 * 1024;
const CHARSET = /(;\s*charset\s*=\s*)("[^"]*"|[^\s;"]+)/i;

/**
 * A mail with its bytes beyond ASCII in UTF-8 where they stand without a word of their encoding: in fields, which old
 * programs wrote as they came, and in a body of one part that declares none, ASCII, or one that nobody knows. What is
 * no UTF-8 there is Windows-1252, or what the body declares. Bytes that are declared stay as they are.
 */
export function withKnownEncoding(bytes: Buffer): Buffer {
  if (!bytes.some((byte) => byte >= 0x80)) return bytes;
  const text = bytes.toString('latin1', 0, LONGEST_HEAD);
  const end = HEAD_END.exec(text);
  const bodyAt = end ? end.index + end[0].length : bytes.length;
  const head = text.slice(0, bodyAt).replaceAll(/\r?\n[ \t]+/g, ' ');
  const type = /^content-type:.*$/im.exec(head)?.[0] ?? '';
  const declared = CHARSET.exec(type)?.[2]?.replaceAll('"', '');
  const isKnown = declared !== undefined && !/^(?:us-)?ascii$/i.test(declared) && isEncoding(declared);
  const fields = asUtf8(bytes.subarray(0, bodyAt), isKnown ? declared : undefined);
  const body = bytes.subarray(bodyAt);
  if (isKnown || /^content-type:\s*multipart\//i.test(type) || !isPlain(head))
    return Buffer.concat([fields, body]);
  const relabelled = Buffer.from(fields.toString('utf8').replace(CHARSET, '$1utf-8'));
  return Buffer.concat([relabelled, asUtf8(body, undefined)]);
}

/** Whether the body stands as it is. */
function isPlain(head: string): boolean {
  return !/^content-transfer-encoding:\s*(?:base64|quoted-printable)/im.test(head);
}

function asUtf8(bytes: Buffer, encoding: string | undefined): Buffer {
  if (decodeStrictly('utf-8', bytes) !== undefined) return bytes;
  return Buffer.from(decodeAs(encoding ?? 'windows-1252', bytes));
}

import { isUtf8 } from 'node:buffer';
import { decodeAs, isEncoding } from '../../containers/decode.ts';

/** How the head of a mail ends (RFC 5322, 2.1). */
const HEAD_END = /\r?\n\r?\n/;
const LONGEST_HEAD = 1024 * 1024;
const CHARSET = /(;\s*charset\s*=\s*)("[^"]*"|[^\s;"]+)/i;

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i;
/** Parts inside parts; the parser of mails goes as deep. */
const DEEPEST = 64;

/**
 * A mail, or a part of one, with its bytes beyond ASCII in UTF-8 where they stand without a word of their encoding: in
 * fields, which old programs wrote as they came, and in texts that declare none, ASCII, or one that nobody knows. What is
 * no UTF-8 there is Windows-1252, or what the text declares. Bytes that are declared stay as they are.
 */
export function withKnownEncoding(bytes: Buffer, depth = 0): Buffer {
  if (!bytes.some((byte) => byte >= 0x80)) return bytes;
  const text = bytes.toString('latin1', 0, LONGEST_HEAD);
  // A part without fields begins with the empty line.
  const end = /^\r?\n/.exec(text) ?? HEAD_END.exec(text);
  const bodyAt = end ? end.index + end[0].length : bytes.length;
  const head = text.slice(0, bodyAt).replaceAll(/\r?\n[ \t]+/g, ' ');
  const type = /^content-type:.*$/im.exec(head)?.[0] ?? '';
  const declared = CHARSET.exec(type)?.[2]?.replaceAll('"', '');
  const isKnown = declared !== undefined && !/^(?:us-)?ascii$/i.test(declared) && isEncoding(declared);
  const fields = asUtf8(bytes.subarray(0, bodyAt), isKnown ? declared : undefined);
  const body = bytes.subarray(bodyAt);
  if (/^content-type:\s*multipart\//i.test(type) && depth < DEEPEST) {
    const [, quoted, plain] = BOUNDARY.exec(type) ?? [];
    return Buffer.concat([fields, ...withKnownParts(body, quoted ?? plain, depth)]);
  }
  if (isKnown || !isText(type) || !isPlain(head)) return Buffer.concat([fields, body]);
  const relabelled = Buffer.from(fields.toString('utf8').replace(CHARSET, '$1utf-8'));
  return Buffer.concat([relabelled, asUtf8(body, undefined)]);
}

/** The pieces of a body of parts (RFC 2046, 5.1.1): lines that divide them stay, and so does what stands around the parts. */
function* withKnownParts(body: Buffer, boundary: string | undefined, depth: number): Generator<Buffer> {
  let partAt: number | undefined;
  let from = 0;
  for (const at of boundary === undefined ? [] : linesWith(body, `--${boundary}`)) {
    const lineEnd = body.indexOf('\n', at);
    const next = lineEnd < 0 ? body.length : lineEnd + 1;
    const piece = body.subarray(from, at);
    yield partAt === undefined ? piece : withKnownEncoding(piece, depth + 1);
    yield body.subarray(at, next);
    const line = body.toString('latin1', at, next).trimEnd();
    partAt = line === `--${boundary}--` ? undefined : next;
    from = next;
  }
  const rest = body.subarray(from);
  yield partAt === undefined ? rest : withKnownEncoding(rest, depth + 1);
}

/** Where lines begin that are a boundary, or the last one. */
function* linesWith(body: Buffer, boundary: string): Generator<number> {
  for (let at = body.indexOf(boundary); at >= 0; at = body.indexOf(boundary, at + 1)) {
    const after = body.toString('latin1', at + boundary.length, at + boundary.length + 200);
    if ((at === 0 || body[at - 1] === 0x0a) && /^(?:--)?[ \t]*(?:\r?\n|$)/.test(after)) yield at;
  }
}

/** Whether a type is one of text, as none is too (RFC 2045, 5.2). */
function isText(type: string): boolean {
  return type === '' || /^content-type:\s*(?:text\/|text\s*(?:;|$)|;|$)/i.test(type);
}

/** Whether the body stands as it is. */
function isPlain(head: string): boolean {
  return !/^content-transfer-encoding:\s*(?:base64|quoted-printable)/im.test(head);
}

function asUtf8(bytes: Buffer, encoding: string | undefined): Buffer {
  if (isUtf8(bytes)) return bytes;
  return Buffer.from(decodeAs(encoding ?? 'windows-1252', bytes));
}

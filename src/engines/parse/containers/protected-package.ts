import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import CFB from 'cfb';
import { attribute, child, elements, parseXml, type XmlElement } from './xml.ts';

/**
 * Office Open XML packages that a password protects ([MS-OFFCRYPTO] 2.3.4): an OLE file with the streams
 * `EncryptionInfo` and `EncryptedPackage`. Agile encryption is what Office has written since 2010, standard encryption
 * what it wrote before.
 */

/** Rounds that a file may ask for; Office writes 100,000. More would only cost time. */
const MOST_SPINS = 10_000_000;
const SEGMENT_BYTES = 4096;

export type Unprotected =
  | { readonly kind: 'opened'; readonly bytes: Buffer }
  | { readonly kind: 'wrong password' }
  /** Another kind of protection, or damage. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Opens a protected package. @param bytes the OLE file @returns the ZIP container inside */
export function openProtectedPackage(bytes: Buffer, password: string): Unprotected {
  try {
    const container = CFB.read(bytes, { type: 'buffer' });
    const info = streamOf(container, '/EncryptionInfo');
    const data = streamOf(container, '/EncryptedPackage');
    if (!info || !data || info.length < 8 || data.length < 8) return unreadable('its parts are missing');
    const [major, minor] = [info.readUInt16LE(0), info.readUInt16LE(2)];
    if (major === 4 && minor === 4) return openAgile(info.subarray(8), data, password);
    if ((major === 2 || major === 3 || major === 4) && minor === 2) return openStandard(info, data, password);
    return unreadable(`its protection has the version ${major}.${minor}`);
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
}

function streamOf(container: ReturnType<typeof CFB.read>, path: string): Buffer | undefined {
  const entry = CFB.find(container, path);
  return entry?.content ? Buffer.from(entry.content as Uint8Array) : undefined;
}

function unreadable(reason: string): Unprotected {
  return { kind: 'unreadable', reason };
}

interface CipherSettings {
  readonly salt: Buffer;
  readonly blockBytes: number;
  readonly keyBytes: number;
  readonly hash: string;
}

function cipherSettings(element: XmlElement): CipherSettings {
  const number = (name: string) => Number(attribute(element, name));
  if (
    attribute(element, 'cipherAlgorithm') !== 'AES' ||
    attribute(element, 'cipherChaining') !== 'ChainingModeCBC'
  )
    throw new Error('its cipher is not AES in CBC mode');
  return {
    salt: base64(attribute(element, 'saltValue')),
    blockBytes: number('blockSize'),
    keyBytes: number('keyBits') / 8,
    hash: (attribute(element, 'hashAlgorithm') ?? '').replace('-', '').toLowerCase(),
  };
}

/** Blocks that make one key into several ([MS-OFFCRYPTO] 2.3.4.11 to 2.3.4.14). */
const VERIFIER_INPUT = Buffer.from('fea7d2763b4b9e79', 'hex');
const VERIFIER_VALUE = Buffer.from('d7aa0f6d3061344e', 'hex');
const KEY_VALUE = Buffer.from('146e0be7abacd0d6', 'hex');

function openAgile(xml: Buffer, data: Buffer, password: string): Unprotected {
  const root = parseXml(xml.toString('utf8'));
  const encryptor = elements(child(root, 'keyEncryptors'), 'keyEncryptor')
    .map((one) => child(one, 'encryptedKey'))
    .find((key) => key !== undefined && attribute(key, 'spinCount') !== undefined);
  const keyData = child(root, 'keyData');
  if (!encryptor || !keyData) return unreadable('it is not protected by a password alone');
  const settings = cipherSettings(encryptor);
  const spins = Number(attribute(encryptor, 'spinCount'));
  if (!(spins >= 0 && spins <= MOST_SPINS)) return unreadable('its key takes too many rounds');
  const spun = spinPassword(settings.hash, settings.salt, password, spins);
  const unwrap = (block: Buffer, value: string | undefined) =>
    decryptCbc(
      fit(hashOf(settings.hash, spun, block), settings.keyBytes),
      fit(settings.salt, settings.blockBytes),
      base64(value),
    );
  const input = unwrap(VERIFIER_INPUT, attribute(encryptor, 'encryptedVerifierHashInput'));
  const expected = unwrap(VERIFIER_VALUE, attribute(encryptor, 'encryptedVerifierHashValue'));
  const actual = hashOf(settings.hash, input.subarray(0, settings.salt.length));
  if (!timingSafeEqual(actual, expected.subarray(0, actual.length))) return { kind: 'wrong password' };
  const key = unwrap(KEY_VALUE, attribute(encryptor, 'encryptedKeyValue')).subarray(0, settings.keyBytes);
  return { kind: 'opened', bytes: decryptSegments(data, key, cipherSettings(keyData)) };
}

function decryptSegments(data: Buffer, key: Buffer, settings: CipherSettings): Buffer {
  const size = Number(data.readBigUInt64LE(0));
  const body = data.subarray(8);
  const parts: Buffer[] = [];
  for (let index = 0; index * SEGMENT_BYTES < body.length; index += 1) {
    const segment = body.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES);
    const number = Buffer.alloc(4);
    number.writeUInt32LE(index);
    const iv = fit(hashOf(settings.hash, settings.salt, number), settings.blockBytes);
    parts.push(
      decryptCbc(key, iv, segment.subarray(0, segment.length - (segment.length % settings.blockBytes))),
    );
  }
  return Buffer.concat(parts).subarray(0, size);
}

function openStandard(info: Buffer, data: Buffer, password: string): Unprotected {
  const headerBytes = info.readUInt32LE(8);
  const keyBytes = info.readUInt32LE(12 + 16) / 8;
  const verifier = info.subarray(12 + headerBytes);
  const saltBytes = verifier.readUInt32LE(0);
  const salt = verifier.subarray(4, 4 + saltBytes);
  const encryptedVerifier = verifier.subarray(4 + saltBytes, 20 + saltBytes);
  const encryptedHash = verifier.subarray(24 + saltBytes, 56 + saltBytes);
  const spun = spinPassword('sha1', salt, password, STANDARD_SPINS);
  const final = hashOf('sha1', spun, Buffer.alloc(4));
  const derived = Buffer.concat([0x36, 0x5c].map((pad) => hashOf('sha1', xorWith(final, pad))));
  const key = derived.subarray(0, keyBytes);
  const expected = hashOf('sha1', decryptEcb(key, encryptedVerifier));
  if (!timingSafeEqual(expected, decryptEcb(key, encryptedHash).subarray(0, expected.length)))
    return { kind: 'wrong password' };
  const size = Number(data.readBigUInt64LE(0));
  const body = data.subarray(8, data.length - ((data.length - 8) % 16));
  return { kind: 'opened', bytes: decryptEcb(key, body).subarray(0, size) };
}

/** [MS-OFFCRYPTO] 2.3.4.7. */
const STANDARD_SPINS = 50_000;

function spinPassword(hash: string, salt: Buffer, password: string, spins: number): Buffer {
  let value = hashOf(hash, salt, Buffer.from(password, 'utf16le'));
  const counter = Buffer.alloc(4);
  for (let index = 0; index < spins; index += 1) {
    counter.writeUInt32LE(index);
    value = hashOf(hash, counter, value);
  }
  return value;
}

function hashOf(name: string, ...parts: readonly Buffer[]): Buffer {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Cut to a length, or filled up with 0x36 as the specification asks. */
function fit(bytes: Buffer, length: number): Buffer {
  return bytes.length >= length
    ? bytes.subarray(0, length)
    : Buffer.concat([bytes, Buffer.alloc(length - bytes.length, 0x36)]);
}

/** The first half of HMAC's padding over a key, filled to SHA-1's block. */
function xorWith(bytes: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(64, pad);
  for (const [index, byte] of bytes.entries()) block[index] = byte ^ pad;
  return block;
}

function decryptCbc(key: Buffer, iv: Buffer, bytes: Buffer): Buffer {
  const cipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

function decryptEcb(key: Buffer, bytes: Buffer): Buffer {
  const cipher = createDecipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

function base64(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64');
}

import CFB from 'cfb';
import { decodeCodePage } from '../../containers/code-pages.ts';

/** Property numbers of [MS-OXPROPS] that are read. */
export const PROPERTY = {
  subject: 0x0037,
  clientSubmitTime: 0x0039,
  sentRepresentingName: 0x0042,
  transportHeaders: 0x007d,
  recipientType: 0x0c15,
  senderName: 0x0c1a,
  senderEmail: 0x0c1f,
  displayBcc: 0x0e02,
  displayCc: 0x0e03,
  displayTo: 0x0e04,
  deliveryTime: 0x0e06,
  body: 0x1000,
  rtfCompressed: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  emailAddress: 0x3003,
  attachData: 0x3701,
  attachFileName: 0x3704,
  attachLongFileName: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  smtpAddress: 0x39fe,
  internetCodePage: 0x3fde,
  messageCodePage: 0x3ffd,
  senderSmtpAddress: 0x5d01,
} as const;

/** Types of properties ([MS-OXCDATA] 2.11.1). */
const TYPE = { integer: 0x0003, text8: 0x001e, text: 0x001f, time: 0x0040, binary: 0x0102 } as const;

/** One storage of an Outlook mail: the message itself, a recipient or an attachment ([MS-OXMSG] 2.4). */
export class MsgStorage {
  readonly #streams: ReadonlyMap<string, Buffer>;
  readonly #path: string;
  readonly #headerBytes: number;

  /** @param headerBytes what stands before the fixed properties: 32 for a message, 24 inside one, 8 for the others */
  constructor(streams: ReadonlyMap<string, Buffer>, path: string, headerBytes: number) {
    this.#streams = streams;
    this.#path = path;
    this.#headerBytes = headerBytes;
  }

  /** A text, whichever way it is stored. */
  text(property: number): string {
    const wide = this.#stream(property, TYPE.text);
    if (wide) return wide.toString('utf16le').replace(/\0+$/, '');
    const narrow = this.#stream(property, TYPE.text8);
    if (!narrow) return '';
    // Some programs name the code page of the body and write another one's bytes.
    const named = [this.integer(PROPERTY.messageCodePage), this.integer(PROPERTY.internetCodePage)];
    const codePages = [...named.filter((one) => one !== undefined), 1252];
    const texts = codePages.map((codePage) => decodeCodePage(narrow, codePage).replace(/\0+$/, ''));
    return texts.find((text) => !text.includes('\ufffd')) ?? texts[0] ?? '';
  }

  binary(property: number): Buffer | undefined {
    return this.#stream(property, TYPE.binary);
  }

  integer(property: number): number | undefined {
    return this.#fixed(property, TYPE.integer)?.readInt32LE(0);
  }

  time(property: number): Date | undefined {
    const ticks = this.#fixed(property, TYPE.time)?.readBigUInt64LE(0);
    // Hundreds of nanoseconds since 1601.
    const date = ticks === undefined ? undefined : new Date(Number(ticks / 10_000n) - 11_644_473_600_000);
    return date && !Number.isNaN(date.getTime()) ? date : undefined;
  }

  /** Storages inside this one whose names begin alike, such as attachments, in order. */
  inner(prefix: string, headerBytes: number): MsgStorage[] {
    const start = `${this.#path}${prefix}`.toLowerCase();
    const found = new Set<string>();
    for (const path of this.#streams.keys()) {
      if (!path.toLowerCase().startsWith(start)) continue;
      const end = path.indexOf('/', start.length);
      if (end > 0) found.add(path.slice(0, end + 1));
    }
    return [...found].toSorted().map((path) => new MsgStorage(this.#streams, path, headerBytes));
  }

  #stream(property: number, type: number): Buffer | undefined {
    const name = ((property << 16) >>> 0) + type;
    return this.#streams.get(`${this.#path}__substg1.0_${name.toString(16).toUpperCase().padStart(8, '0')}`);
  }

  /** The value of a property of fixed length: eight bytes of an entry of sixteen ([MS-OXMSG] 2.4.2). */
  #fixed(property: number, type: number): Buffer | undefined {
    const entries = this.#streams.get(`${this.#path}__properties_version1.0`);
    if (!entries) return undefined;
    for (let at = this.#headerBytes; at + 16 <= entries.length; at += 16)
      if (entries.readUInt16LE(at) === type && entries.readUInt16LE(at + 2) === property)
        return entries.subarray(at + 8, at + 16);
    return undefined;
  }
}

/** @returns undefined for a container that is damaged beyond reading */
export function openMsgStorage(bytes: Buffer): MsgStorage | undefined {
  try {
    const container = CFB.read(bytes, { type: 'buffer' });
    const streams = new Map<string, Buffer>();
    const root = container.FullPaths[0] ?? '';
    for (const [index, path] of container.FullPaths.entries()) {
      const content = container.FileIndex[index]?.content;
      if (content && path.startsWith(root)) streams.set(path.slice(root.length), Buffer.from(content));
    }
    return new MsgStorage(streams, '', 32);
  } catch {
    return undefined;
  }
}

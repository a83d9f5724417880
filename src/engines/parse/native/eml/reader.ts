import { readFile } from 'node:fs/promises';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { ParseOptions } from '../../../../model/parse-options.ts';
import { westernControls } from '../../containers/decode.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { AttachmentAllowance, DocumentReader, ReaderInput } from '../../reader.ts';
import { htmlBlocks } from '../html/reader.ts';
import { allowanceOf, mayReadMail } from '../mail/allowance.ts';
import { InlinePictures } from '../mail/inline-pictures.ts';
import type { Mail, MailAttachment } from '../mail/mail.ts';
import { mailDocument } from '../mail/mail-document.ts';
import { paragraphs } from '../text/reader.ts';
import { withKnownEncoding } from './eight-bit.ts';
import { flowedMail } from './flowed.ts';

/** Mails inside mails that are opened, one inside the other. */
const DEEPEST = 5;

/** Reads mails (RFC 5322 and MIME): a page for the mail and those in it, then the pages of what is attached. */
export const openEml: DocumentReader = async (input) => {
  const allowance = allowanceOf(input);
  const bytes = withoutMark(await readFile(input.path));
  const mail = await readMail(bytes, { ...input, allowance }, 0);
  if (mail.boundary !== undefined && !bytes.includes(`--${mail.boundary}--`))
    input.warn(
      'The mail ends before its last part does: it seems to be cut off, and what is there was read.',
    );
  return mailDocument(mail, { ...input, allowance });
};

/** Editors put a mark before the first field, which would then have another name. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

interface MailContext extends Pick<ReaderInput, 'options' | 'warn'> {
  readonly allowance: AttachmentAllowance;
}

interface PartedMail extends Mail {
  /** What its parts are divided by, where it has parts (RFC 2046, 5.1.1). */
  readonly boundary?: string;
}

/** @param depth mails around it @throws {DocumentFailure} */
async function readMail(bytes: Buffer, context: MailContext, depth: number): Promise<PartedMail> {
  const known = withKnownEncoding(bytes);
  const flowed = flowedMail(known);
  const parsed = await PostalMime.parse(flowed?.bytes ?? known, {
    forceRfc822Attachments: true,
    maxNestingDepth: 64,
  }).catch((error: unknown) => {
    const detail = error instanceof Error ? error.message : String(error);
    if (/^Maximum\b/.test(detail))
      throw new DocumentFailure('DOCUMENT_TOO_LARGE', `The mail is too large to be read: ${detail}.`);
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      `The mail cannot be read: ${detail}. Save it again and upload the new file.`,
    );
  });
  const email = withWesternSigns(parsed);
  const parts = email.attachments.map((part) => ({
    contentId: part.contentId ?? '',
    content: bytesOf(part),
  }));
  const pictures = new InlinePictures(email.html ?? '', parts);
  return {
    subject: westernControls(email.subject ?? ''),
    fields: [
      { name: 'From', value: addresses(email.from ? [email.from] : []) },
      { name: 'To', value: addresses(email.to) },
      { name: 'Cc', value: addresses(email.cc) },
      { name: 'Bcc', value: addresses(email.bcc) },
      { name: 'Date', value: email.headers.find(({ key }) => key === 'date')?.value ?? '' },
    ],
    body: bodyBlocks(
      flowed ? { ...email, text: flowed.flow(linesOf(email)) } : email,
      pictures,
      context.options,
    ),
    attachments: await attachmentsOf(email, pictures, context, depth),
    ...boundaryOf(email),
  };
}

/** The parser of mails decodes with the decoder of Node, which may take signs of Windows-1252 for controls. */
function withWesternSigns(email: Email): Email {
  return {
    ...email,
    ...(email.text !== undefined && { text: westernControls(email.text) }),
    ...(email.html !== undefined && { html: westernControls(email.html) }),
  };
}

function boundaryOf(email: Email): { boundary?: string } {
  const type = email.headers.find(({ key }) => key === 'content-type')?.value ?? '';
  if (!/^\s*multipart\//i.test(type)) return {};
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  return boundary === undefined ? {} : { boundary };
}

function bodyBlocks(email: Email, pictures: InlinePictures, options: ParseOptions): FlowBlock[] {
  const blocks =
    email.html === undefined ? [] : htmlBlocks(email.html, options, (address) => pictures.find(address));
  return blocks.length > 0 ? blocks : paragraphs(linesOf(email));
}

function linesOf({ text = '' }: Email): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

function addresses(list: readonly Address[] | undefined): string {
  return (list ?? [])
    .map((one) => {
      if (one.group) return `${one.name}: ${addresses(one.group)};`;
      if (one.name === '' || one.name === one.address) return one.address;
      return `${westernControls(one.name)} <${one.address}>`;
    })
    .join(', ');
}

function bytesOf({ content }: Attachment): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array)
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return Buffer.from(content);
}

async function attachmentsOf(
  email: Email,
  pictures: InlinePictures,
  context: MailContext,
  depth: number,
): Promise<MailAttachment[]> {
  const found: MailAttachment[] = [];
  for (const part of email.attachments) {
    const { filename, mimeType, contentId = '' } = part;
    if (pictures.has(contentId)) continue;
    const bytes = bytesOf(part);
    const isMail = mimeType === 'message/rfc822';
    const mayRead = !isMail || mayReadMail(context.allowance, context.warn);
    const mail = isMail && mayRead ? await innerMail(bytes, context, depth) : undefined;
    found.push({
      name: westernControls(filename ?? ''),
      mediaType: mimeType,
      bytes: bytes.length,
      ...(mail ? { mail } : mayRead && { content: bytes }),
    });
  }
  return found;
}

/** A mail that is broken, or lies too deep to be part of this one, is a document of its own. */
async function innerMail(bytes: Buffer, context: MailContext, depth: number): Promise<Mail | undefined> {
  if (depth >= DEEPEST) return undefined;
  try {
    return await readMail(bytes, context, depth + 1);
  } catch (error) {
    if (error instanceof DocumentFailure) return undefined;
    throw error;
  }
}

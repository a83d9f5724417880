import { readFile } from 'node:fs/promises';
import type { ParseOptions } from '../../../../model/parse-options.ts';
import { decodeCodePage } from '../../containers/code-pages.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { DocumentReader } from '../../reader.ts';
import { decodeHtml, htmlBlocks } from '../html/reader.ts';
import { InlinePictures, type MailPart } from '../mail/inline-pictures.ts';
import type { Mail, MailAttachment } from '../mail/mail.ts';
import { mailDocument } from '../mail/mail-document.ts';
import { rtfBlocks } from '../rtf/reader.ts';
import { paragraphs } from '../text/reader.ts';
import { decompressRtf } from './compressed-rtf.ts';
import { MsgStorage, openMsgStorage, PROPERTY } from './properties.ts';

/** Mails inside mails that are opened, one inside the other. */
const DEEPEST = 5;
const MOST_ATTACHMENTS = 2_000;

/** Reads Outlook mails ([MS-OXMSG]): a page for the mail and those in it, then the pages of what is attached. */
export const openMsg: DocumentReader = async (input) => {
  const storage = openMsgStorage(await readFile(input.path));
  if (!storage)
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      "The mail's container is damaged. Save it from Outlook again and upload the new file.",
    );
  return mailDocument(readMail(storage, input.options, 0), input);
};

function readMail(storage: MsgStorage, options: ParseOptions, depth: number): Mail {
  const recipients = storage.inner('__recip_version1.0_', 8).slice(0, MOST_ATTACHMENTS);
  const ofType = (type: number, fallback: number) =>
    recipients
      .filter((recipient) => recipient.integer(PROPERTY.recipientType) === type)
      .map((recipient) =>
        addressText(recipient, PROPERTY.displayName, PROPERTY.smtpAddress, PROPERTY.emailAddress),
      )
      .join(', ') || storage.text(fallback);
  const sender =
    addressText(storage, PROPERTY.senderName, PROPERTY.senderSmtpAddress, PROPERTY.senderEmail) ||
    storage.text(PROPERTY.sentRepresentingName);
  const time = storage.time(PROPERTY.clientSubmitTime) ?? storage.time(PROPERTY.deliveryTime);
  const attached = storage.inner('__attach_version1.0_', 8).slice(0, MOST_ATTACHMENTS);
  const body = bodyOf(storage);
  const pictures = new InlinePictures(body.markup, attached.map(mailPart));
  return {
    subject: withoutPrefixMark(storage.text(PROPERTY.subject)),
    fields: [
      { name: 'From', value: sender },
      { name: 'To', value: ofType(1, PROPERTY.displayTo) },
      { name: 'Cc', value: ofType(2, PROPERTY.displayCc) },
      { name: 'Bcc', value: ofType(3, PROPERTY.displayBcc) },
      { name: 'Date', value: headerDate(storage) ?? time?.toUTCString() ?? '' },
    ],
    body: bodyBlocks(body, pictures, options),
    attachments: attached.flatMap((attachment) => readAttachment(attachment, pictures, options, depth)),
  };
}

/** A mark and a length may stand before a subject ([MS-OXOMSG] 2.2.1.46). */
function withoutPrefixMark(subject: string): string {
  return subject.startsWith('\u0001') ? subject.slice(2) : subject;
}

/** Exchange names senders by directory entries, which are no addresses. */
function addressText(storage: MsgStorage, name: number, ...addresses: readonly number[]): string {
  const shown = storage.text(name).trim();
  const address = addresses.map((one) => storage.text(one).trim()).find((one) => one.includes('@')) ?? '';
  if (shown === '' || shown === address) return address;
  return address === '' ? shown : `${shown} <${address}>`;
}

function headerDate(storage: MsgStorage): string | undefined {
  return /^date:[ \t]*(.+)$/im.exec(storage.text(PROPERTY.transportHeaders).slice(0, 200_000))?.[1]?.trim();
}

interface MsgBody {
  readonly markup: string;
  readonly text: string;
  readonly rtf: Buffer | undefined;
}

/** The body in all its forms; RTF only where there is no text, which it is made of. */
function bodyOf(storage: MsgStorage): MsgBody {
  const html = storage.binary(PROPERTY.html);
  const codePage = storage.integer(PROPERTY.internetCodePage);
  const markup = html
    ? codePage === undefined
      ? decodeHtml(html)
      : decodeCodePage(html, codePage)
    : storage.text(PROPERTY.html);
  const text = storage.text(PROPERTY.body).replaceAll(/\r\n?/g, '\n');
  const compressed = storage.binary(PROPERTY.rtfCompressed);
  const rtf = text.trim() === '' && compressed ? decompressRtf(compressed) : undefined;
  return { markup, text, rtf };
}

/** HTML if there is any, or else RTF or text. */
function bodyBlocks(
  { markup, text, rtf }: MsgBody,
  pictures: InlinePictures,
  options: ParseOptions,
): FlowBlock[] {
  const blocks = markup === '' ? [] : htmlBlocks(markup, options, (address) => pictures.find(address));
  if (blocks.length > 0) return blocks;
  return rtf ? rtfBlocks(rtf, options) : paragraphs(text);
}

function mailPart(attachment: MsgStorage): MailPart {
  const content = attachment.binary(PROPERTY.attachData) ?? new Uint8Array();
  return { contentId: attachment.text(PROPERTY.attachContentId), content };
}

function readAttachment(
  attachment: MsgStorage,
  pictures: InlinePictures,
  options: ParseOptions,
  depth: number,
): MailAttachment[] {
  // An attached mail is a storage in the place of the data ([MS-OXMSG] 2.2.2.1).
  const [inner] = attachment.inner('__substg1.0_3701000D', 24);
  const mail = inner && depth < DEEPEST ? readMail(inner, options, depth + 1) : undefined;
  const data = attachment.binary(PROPERTY.attachData);
  const mediaType = attachment.text(PROPERTY.attachMimeTag);
  if (pictures.has(attachment.text(PROPERTY.attachContentId))) return [];
  return [
    {
      name:
        attachment.text(PROPERTY.attachLongFileName) ||
        attachment.text(PROPERTY.attachFileName) ||
        attachment.text(PROPERTY.displayName),
      mediaType,
      bytes: data?.length ?? 0,
      content: data,
      ...(mail && { mail }),
    },
  ];
}

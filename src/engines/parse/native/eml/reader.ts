import { readFile } from 'node:fs/promises';
import PostalMime, { type Address, type Email } from 'postal-mime';
import type { ParseOptions } from '../../../../model/parse-options.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { DocumentReader } from '../../reader.ts';
import { flowDocument } from '../flow-document.ts';
import { htmlBlocks } from '../html/reader.ts';
import { attachmentWarning, mailBlocks, type Mail, type MailAttachment } from '../mail/mail.ts';
import { paragraphs } from '../text/reader.ts';

/** Mails inside mails that are opened, one inside the other. */
const DEEPEST = 5;

/** Reads mails (RFC 5322 and MIME) as one page. */
export const openEml: DocumentReader = async (input) => {
  const mail = await readMail(await readFile(input.path), input.options, 0);
  const warning = attachmentWarning(mail);
  if (warning !== undefined) input.warn(warning);
  return flowDocument([{ blocks: mailBlocks(mail, input.options) }], input);
};

async function readMail(bytes: Uint8Array, options: ParseOptions, depth: number): Promise<Mail> {
  const email = await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: 64 }).catch(
    (error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      throw new DocumentFailure(
        'DOCUMENT_IS_BROKEN',
        `The mail cannot be read: ${detail}. Save it again and upload the new file.`,
      );
    },
  );
  return {
    subject: email.subject ?? '',
    fields: [
      { name: 'From', value: addresses(email.from ? [email.from] : []) },
      { name: 'To', value: addresses(email.to) },
      { name: 'Cc', value: addresses(email.cc) },
      { name: 'Bcc', value: addresses(email.bcc) },
      { name: 'Date', value: email.headers.find(({ key }) => key === 'date')?.value ?? '' },
    ],
    body: bodyBlocks(email, options),
    attachments: await attachmentsOf(email, options, depth),
  };
}

function bodyBlocks(email: Email, options: ParseOptions): FlowBlock[] {
  const blocks = email.html === undefined ? [] : htmlBlocks(email.html, options);
  return blocks.length > 0 ? blocks : paragraphs((email.text ?? '').replaceAll(/\r\n?/g, '\n'));
}

function addresses(list: readonly Address[] | undefined): string {
  return (list ?? [])
    .map((one) => {
      if (one.group) return `${one.name}: ${addresses(one.group)};`;
      return one.name === '' || one.name === one.address ? one.address : `${one.name} <${one.address}>`;
    })
    .join(', ');
}

async function attachmentsOf(email: Email, options: ParseOptions, depth: number): Promise<MailAttachment[]> {
  const found: MailAttachment[] = [];
  for (const { filename, mimeType, related, content } of email.attachments) {
    // Pictures that the body shows are part of it.
    if (related && mimeType.startsWith('image/')) continue;
    const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
    const mail =
      mimeType === 'message/rfc822' && depth < DEEPEST
        ? await readMail(bytes, options, depth + 1)
        : undefined;
    found.push({
      name: filename ?? '',
      mediaType: mimeType,
      bytes: bytes.length,
      ...(mail && { mail }),
    });
  }
  return found;
}

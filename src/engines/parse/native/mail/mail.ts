import type { ParseOptions } from '../../../../model/parse-options.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { inlineOf, plainInline, type Run } from '../../items/inline.ts';
import type { AttachedFile } from './attached-document.ts';

/** A mail, whatever the format it came in. */
export interface Mail {
  readonly subject: string;
  /** Who and when, in the order in which readers expect them: `From`, `To`, `Cc`, `Date`. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly body: readonly FlowBlock[];
  readonly attachments: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Undefined where the mail does not hold it. */
  readonly content?: Uint8Array | undefined;
  /** A mail that was attached is read like the one it came with. */
  readonly mail?: Mail;
}

/** Attachments that are named one by one. */
const MOST_NAMED = 1_000;
const LONGEST_NAME = 200;

type LinkOptions = Pick<ParseOptions, 'annotateLinks'>;

/** What stands above a mail's body: its subject as the heading, then its fields. */
export function mailHead(mail: Mail, options: LinkOptions, level = 1): FlowBlock[] {
  const runs = mail.fields
    .filter(({ value }) => value !== '')
    .flatMap(({ name, value }, index): Run[] => [
      { text: index === 0 ? '' : '\n' },
      { text: `${name}:`, bold: true },
      { text: ` ${value.replaceAll(/\s+/g, ' ').trim()}` },
    ]);
  const subject = mail.subject.replaceAll(/\s+/g, ' ').trim();
  return [
    ...(subject === '' ? [] : [{ kind: 'heading', level, content: plainInline(subject) } as const]),
    ...(runs.length === 0 ? [] : [{ kind: 'paragraph', content: inlineOf(runs, options) } as const]),
  ];
}

/** A mail as a page: its head, its body, then what is attached. */
export function mailBlocks(mail: Mail, options: LinkOptions, level = 1): FlowBlock[] {
  return [
    ...mailHead(mail, options, level),
    ...mail.body,
    ...attachmentBlocks(mail.attachments),
    ...mail.attachments.flatMap((attachment) =>
      attachment.mail ? mailBlocks(attachment.mail, options, level + 1) : [],
    ),
  ];
}

function attachmentBlocks(attachments: readonly MailAttachment[]): FlowBlock[] {
  const files = attachments.filter((attachment) => !attachment.mail).slice(0, MOST_NAMED);
  if (files.length === 0) return [];
  const entries = files.map((file) => {
    const { mediaType, bytes } = file;
    const details = [mediaType, sizeText(bytes)].filter((detail) => detail !== '').join(', ');
    return { content: plainInline(`${shownName(file)} (${details})`) };
  });
  return [
    {
      kind: 'paragraph',
      content: inlineOf([{ text: 'Attachments:', bold: true }], { annotateLinks: false }),
    },
    { kind: 'list', ordered: false, entries },
  ];
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

/** Files that came with a mail and with the mails in it, in order. Signatures are no documents. */
export function filesOf(mail: Mail): AttachedFile[] {
  return mail.attachments.flatMap((attachment): AttachedFile[] => {
    if (attachment.mail) return filesOf(attachment.mail);
    const { content, mediaType } = attachment;
    if (!content || /^application\/(?:x-)?(?:pkcs7-signature|pgp-signature|pgp-keys)/i.test(mediaType))
      return [];
    return [{ name: shownName(attachment), content }];
  });
}

function shownName({ name }: MailAttachment): string {
  const line = name.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_NAME);
  return line === '' ? 'unnamed' : line;
}

import type { ParseOptions } from '../../../../model/parse-options.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { inlineOf, plainInline, type Run } from '../../items/inline.ts';

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
  /** A mail that was attached is read like the one it came with. */
  readonly mail?: Mail;
}

/** Attachments that are named one by one. */
const MOST_NAMED = 1_000;

/** A mail as a page: its subject as the heading, its fields, its body, then what is attached. */
export function mailBlocks(mail: Mail, options: Pick<ParseOptions, 'annotateLinks'>, level = 1): FlowBlock[] {
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
  const entries = files.map(({ name, mediaType, bytes }) => {
    const details = [mediaType, sizeText(bytes)].filter((detail) => detail !== '').join(', ');
    return { content: plainInline(`${name === '' ? 'unnamed' : name} (${details})`) };
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

/** Says once that documents in a mail are not read with it. */
export function attachmentWarning(mail: Mail): string | undefined {
  const files = mail.attachments.filter((attachment) => !attachment.mail).length;
  return files === 0
    ? undefined
    : `The mail has attachments (${files}), which are listed and not read. Upload them as documents of their own.`;
}

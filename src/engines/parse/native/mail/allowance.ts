import type { AttachmentAllowance, ReaderInput } from '../../reader.ts';

/** Attachments of one mail that are opened, with those of attached mails. */
export const MOST_DOCUMENTS = 100;
export const MOST_BYTES = 512 * 1024 * 1024;
/** Mails inside a mail that are read as a part of it, with those inside attached ones. */
const MOST_MAILS = 200;
/** Of the time that the mail has before its pages are known, what opening its attachments may take. */
const SHARE_OF_TIME = 0.6;

/** What may be opened inside a mail: what is left of it where the mail lies inside another one. */
export function allowanceOf({ options, allowance }: ReaderInput): AttachmentAllowance {
  const milliseconds = (options.baseSeconds + options.secondsPerPage) * 1000 * SHARE_OF_TIME;
  return (
    allowance ?? {
      depth: 0,
      until: performance.now() + milliseconds,
      left: { documents: MOST_DOCUMENTS, bytes: MOST_BYTES, mails: MOST_MAILS },
    }
  );
}

/** Takes one mail from the allowance. @returns false when no more may be read; `warn` is told so then */
export function mayReadMail({ left }: AttachmentAllowance, warn: (sentence: string) => void): boolean {
  left.mails -= 1;
  if (left.mails === -1)
    warn(
      `The mail holds more than ${MOST_MAILS} mails, one inside the other: the rest are listed and not read.`,
    );
  return left.mails >= 0;
}

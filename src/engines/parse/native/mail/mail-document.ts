import { DocumentFailure } from '../../document-failure.ts';
import type { AttachmentAllowance, OpenDocument, PageReading, ReaderInput } from '../../reader.ts';
import { illustratedDocument } from '../flow-document.ts';
import { allowanceOf, MOST_BYTES, MOST_DOCUMENTS } from './allowance.ts';
import { AttachedDocument, failedAttachment, type AttachedFile } from './attached-document.ts';
import { filesOf, mailBlocks, mailHead, type Mail } from './mail.ts';

/** Attachments inside attachments that are opened; mails that are part of a mail do not count. */
const DEEPEST = 3;
/** Attachments that stay open until they are read; others are opened again then. */
const MOST_OPEN = 8;
/** Attachments that a warning names. */
const MOST_NAMED = 20;

/** Pages of a mail that belong together. */
interface Part {
  readonly firstPage: number;
  readonly pages: number;
  read(pageNumbers: readonly number[]): Promise<readonly PageReading[]>;
  release(): void;
}

/** A mail as a document: one page for what it says, then the pages of each attachment that can be read. */
export async function mailDocument(mail: Mail, input: ReaderInput): Promise<OpenDocument> {
  const { options } = input;
  const page = { blocks: mailBlocks(mail, options), preamble: mailHead(mail, options).length };
  const body = illustratedDocument([page], input);
  const parts: Part[] = [
    {
      firstPage: 1,
      pages: 1,
      read: (pageNumbers) => body.read(pageNumbers),
      release: () => body.finish?.(),
    },
  ];
  const attached = await openAll(filesOf(mail), parts, input);
  const documents = [body, ...attached];
  return {
    engine: joinedEngine(documents.map(({ engine }) => engine)),
    documentPages: nextPage(parts) - 1,
    offers: [...new Set(documents.flatMap(({ offers = [] }) => offers))],
    read: (pageNumbers) => readParts(parts, pageNumbers),
    finish: () => {
      for (const part of parts) part.release();
    },
  };
}

function nextPage(parts: readonly Part[]): number {
  const last = parts.at(-1);
  return last ? last.firstPage + last.pages : 1;
}

/** Opens attachments as far as there is room and time for them, and adds their pages. */
async function openAll(
  files: readonly AttachedFile[],
  parts: Part[],
  input: ReaderInput,
): Promise<AttachedDocument[]> {
  const opened: AttachedDocument[] = [];
  const unread: { name: string; why: string }[] = [];
  const allowance = allowanceOf(input);
  const inner = { ...input, allowance: { ...allowance, depth: allowance.depth + 1, left: allowance.left } };
  for (const file of files) {
    const firstPage = nextPage(parts);
    const refusal = takeFrom(allowance, file);
    if (refusal !== undefined) {
      unread.push({ name: file.name, why: refusal });
      continue;
    }
    try {
      const document = await AttachedDocument.open(file, firstPage, inner);
      if (opened.length >= MOST_OPEN && !document.isConverted) document.release();
      opened.push(document);
      parts.push(document);
    } catch (error) {
      if (!(error instanceof DocumentFailure)) throw error;
      if (NOT_READ.has(error.code)) unread.push({ name: file.name, why: error.message });
      else parts.push(failedPart(file.name, firstPage, error.message));
    }
  }
  warnOf(unread, input);
  return opened;
}

/** Kinds of file that nobody reads are common and nothing is wrong with them. */
const NOT_READ: ReadonlySet<string> = new Set(['UNSUPPORTED_FILE_TYPE', 'NO_DATA_FOUND_IN_FILE']);

/** @returns why a file may not be opened any more */
function takeFrom(
  { depth, until, left }: AttachmentAllowance,
  { content }: AttachedFile,
): string | undefined {
  if (depth >= DEEPEST) return `It lies in ${depth} attachments, one inside the other.`;
  if (left.documents <= 0) return `At most ${MOST_DOCUMENTS} attachments are read.`;
  if (content.length > left.bytes) return `At most ${MOST_BYTES / 1024 ** 2} MB of attachments are read.`;
  if (performance.now() > until)
    return 'Opening those before it took too long; processing_control.timeouts.base_in_seconds gives more time.';
  left.documents -= 1;
  left.bytes -= content.length;
  return undefined;
}

function failedPart(name: string, firstPage: number, why: string): Part {
  return {
    firstPage,
    pages: 1,
    read: async (pageNumbers) => pageNumbers.map((pageNumber) => failedAttachment(name, pageNumber, why)),
    release: () => undefined,
  };
}

async function readParts(parts: readonly Part[], pageNumbers: readonly number[]): Promise<PageReading[]> {
  const readings: PageReading[] = [];
  for (const part of parts) {
    const next = part.firstPage + part.pages;
    const own = pageNumbers.filter((number) => number >= part.firstPage && number < next);
    if (own.length === 0) continue;
    readings.push(...(await part.read(own)));
    if (own.at(-1) === next - 1) part.release();
  }
  return readings;
}

function warnOf(unread: readonly { name: string; why: string }[], { warn }: ReaderInput): void {
  for (const { name, why } of unread.slice(0, MOST_NAMED))
    warn(`The attachment ${JSON.stringify(name)} is listed and not read. ${why}`);
  if (unread.length > MOST_NAMED)
    warn(`${unread.length - MOST_NAMED} more attachments are listed and not read.`);
}

/** Every engine that reads a part, in order, as documents that were converted have it too. */
function joinedEngine(engines: readonly OpenDocument['engine'][]): OpenDocument['engine'] {
  const byName = new Map(engines.map(({ name, version }) => [name, version]));
  return { name: [...byName.keys()].join('+'), version: [...byName.values()].join('+') };
}

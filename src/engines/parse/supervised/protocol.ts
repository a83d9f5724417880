import type { ParseOutcome } from '../port.ts';

/** One document on its way to a child. Everything here is JSON; contents travel through files. */
export interface DocumentTask {
  readonly jobId: string;
  readonly inputPath: string;
  readonly fileName: string;
  readonly outputDir: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Where OCR data lies; absent when this installation has none. */
  readonly tessdataDir?: string;
  /** Where slices of a long document are kept until it is finished; absent: nowhere. */
  readonly checkpointDir?: string;
  /** The program that converts office documents, or `off`; absent: one on PATH, if there is one. */
  readonly soffice?: string;
  /** Most pages that may be asked for of one document. */
  readonly maxPages: number;
}

/** Supervisor to child. */
export interface ChildCommand {
  readonly type: 'parse';
  readonly task: DocumentTask;
}

/** Child to supervisor. `pages` comes once per document, as soon as its length is known. */
export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'pages'; readonly documentPages: number; readonly askedPages: number }
  | { readonly type: 'done'; readonly outcome: ParseOutcome }
  /** Something that is not the document's doing; the attempt is over, the child goes on. */
  | { readonly type: 'fault'; readonly message: string };

import type { ModelAnswer, ModelRequest, ModelTerms } from '../../model/port.ts';
import type { ExtractTask } from '../../extract/model/model-use.ts';
import type { ExtractOutcome } from '../../extract/port.ts';
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
  /** The document has crashed a parser before: what is not its text and may have done that is left out. */
  readonly careful?: true;
  /** Most pages that may be asked for of one document. */
  readonly maxPages: number;
  /** The model that serves agentic tiers, which is asked through the supervisor; absent: there is none. */
  readonly model?: ModelTerms;
}

/** What a child can be told to do, and with what. */
export interface Tasks {
  readonly parse: DocumentTask;
  readonly extract: ExtractTask;
}
export type TaskKind = keyof Tasks;
export type TaskCommand<Kind extends TaskKind = TaskKind> = {
  readonly [K in Kind]: { readonly type: K; readonly task: Tasks[K] };
}[Kind];

/** What comes of a task, by its kind. */
export interface TaskOutcomes {
  readonly parse: ParseOutcome;
  readonly extract: ExtractOutcome;
}

/** Supervisor to child. `answer` belongs to the `model` message with the same id. */
export type ChildCommand =
  TaskCommand | { readonly type: 'answer'; readonly id: number; readonly answer: ModelAnswer };

/** Child to supervisor. `pages` comes once per document, as soon as its length is known. */
export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'pages'; readonly documentPages: number; readonly askedPages: number }
  /** A question to the model, answered with the same id unless the task ends before. Pictures lie in the child's directory. */
  | { readonly type: 'model'; readonly id: number; readonly request: ModelRequest }
  | { readonly type: 'done'; readonly outcome: TaskOutcomes[TaskKind] }
  /** Something that is not the document's doing; the attempt is over, the child goes on. */
  | { readonly type: 'fault'; readonly message: string; readonly code?: string | undefined };

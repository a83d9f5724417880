import { PassThrough, pipeline, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Static, TObject } from 'typebox';

import { SheafError, validationError, type ValidationIssue } from '../../errors.ts';
import { fromFastifyError } from '../fastify-errors.ts';
import { issueAt } from '../validation/issue.ts';
import { unstorableTexts } from '../validation/storable-text.ts';
import { createValidator, type Validator } from '../validation/validator.ts';
import { MAX_FIELD_BYTES, MAX_FORM_OVERHEAD_BYTES } from './accept-forms.ts';
import { baseName, fileNameProblem } from './file-name.ts';

/** A form with one file and some text fields; also the route's `config.form`, for the API description. */
export interface FormDescription<Fields extends TObject = TObject> {
  /** Name of the file's part: `file` or `upload_file` (contract 13.12). */
  readonly fileField: string;
  readonly fields: Fields;
}

/** What the client says about its file. Neither is proof of what the bytes are. */
export interface UploadInfo {
  /** Without any path; not empty, no NUL, at most 3,000 characters. */
  readonly fileName: string;
  readonly mediaType: string;
}

/** Where the bytes go. */
export interface UploadSink<Stored> {
  /** Takes the file while the form is still being read; must fail when the stream fails. */
  store(stream: Readable, info: UploadInfo): Promise<Stored>;
  /** Undoes `store`: the form turned out to be bad, or its sender went away. */
  discard(stored: Stored): Promise<void>;
}

export interface UploadForm<Stored, Fields> {
  readonly file: Stored;
  readonly info: UploadInfo;
  readonly fields: Fields;
}

export interface FormReader<Fields extends TObject> {
  readonly description: FormDescription<Fields>;
  /**
   * Reads the whole form before anything is decided, because its parts come in any order (contract 1.2), and
   * streams the file to the sink meanwhile, so that memory stays flat.
   *
   * @throws SheafError 422 with every problem of the form, 413 for a file that is too large, 400 for a form
   *   that is broken or cut off; and whatever the sink throws. Nothing stays stored then.
   */
  read<Stored>(
    request: FastifyRequest,
    sink: UploadSink<Stored>,
  ): Promise<UploadForm<Stored, Static<Fields>>>;
}

export function createFormReader<Fields extends TObject>(
  description: FormDescription<Fields>,
): FormReader<Fields> {
  const validator = createValidator(description.fields, 'body');
  return {
    description,
    async read(request, sink) {
      const reading = new FormReading(description.fileField, sink, request.server.maxUploadBytes);
      try {
        refuseOversized(request);
        await reading.readParts(request);
        return reading.finish(validator);
      } catch (error) {
        // What the client still sends is read and dropped: closing on it would cost it our answer.
        request.raw.resume();
        await reading.undo();
        throw wasCutOff(request) ? cutOff(error) : reading.publicError(error);
      }
    },
  };
}

/** The client went away before it had sent everything; whatever else failed failed because of that. */
function wasCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

function cutOff(cause: unknown): SheafError {
  return new SheafError('INVALID_REQUEST', 'The connection closed before the form was complete.', { cause });
}

/** A declared length that no valid form can have is refused before it is sent. */
function refuseOversized(request: FastifyRequest): void {
  const { maxUploadBytes } = request.server;
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxUploadBytes + MAX_FORM_OVERHEAD_BYTES) throw fileTooLarge(maxUploadBytes);
}

function fileTooLarge(maxUploadBytes: number): SheafError {
  return new SheafError(
    'PAYLOAD_TOO_LARGE',
    `The file is larger than ${maxUploadBytes} bytes, the limit of this server; its setting is SHEAF_MAX_UPLOAD_BYTES.`,
  );
}

/** One form on its way in: what was seen so far. */
class FormReading<Stored> {
  readonly #fileField: string;
  readonly #sink: UploadSink<Stored>;
  readonly #maxUploadBytes: number;
  readonly #texts: Record<string, string> = Object.create(null) as Record<string, string>;
  readonly #issues: ValidationIssue[] = [];
  #upload: { readonly stored: Stored; readonly info: UploadInfo } | undefined;
  #fileSeen = false;
  #sinkError: { readonly error: unknown } | undefined;

  constructor(fileField: string, sink: UploadSink<Stored>, maxUploadBytes: number) {
    this.#fileField = fileField;
    this.#sink = sink;
    this.#maxUploadBytes = maxUploadBytes;
  }

  async readParts(request: FastifyRequest): Promise<void> {
    for await (const part of request.parts()) {
      if (part.type === 'file') await this.#takeFile(part);
      else this.#takeText(part);
    }
  }

  async #takeFile(part: MultipartFile): Promise<void> {
    const fileName = baseName(part.filename ?? '');
    const problem = this.#misplaced(part.fieldname) ?? fileNameProblem(fileName);
    if (part.fieldname === this.#fileField) this.#fileSeen = true;
    if (problem) {
      this.#issues.push(issueAt(['body', part.fieldname], problem, undefined));
      part.file.resume();
      return;
    }
    const info = { fileName, mediaType: part.mimetype };
    const { stream, failure } = this.#watched(part.file);
    try {
      this.#upload = { stored: await this.#sink.store(stream, info), info };
    } catch (error) {
      stream.destroy();
      if (!failure.error) this.#sinkError = { error };
      throw failure.error ?? error;
    }
    // A sink may be content with less than the whole file; the form goes on behind it.
    if (!stream.destroyed) await finished(stream.resume());
    if (failure.error) throw failure.error;
  }

  /**
   * The file for the sink, on a stream of its own, so that a form that breaks can be told from a sink that
   * fails: whichever fails first takes the other with it.
   */
  #watched(file: MultipartFile['file']): { stream: Readable; failure: { error?: Error } } {
    const stream = new PassThrough();
    // A short form may have broken off before its file was handed over; its error has been told by then.
    const failure: { error?: Error } = file.errored ? { error: file.errored } : {};
    file.on('error', (error) => {
      if (!stream.destroyed) failure.error ??= error;
    });
    file.on('limit', () => file.destroy(fileTooLarge(this.#maxUploadBytes)));
    pipeline(file, stream, () => undefined);
    return { stream, failure };
  }

  #misplaced(fieldName: string): { type: string; msg: string } | undefined {
    if (fieldName !== this.#fileField) {
      return { type: 'extra_forbidden', msg: `No file is expected here; send it as '${this.#fileField}'` };
    }
    return this.#fileSeen ? { type: 'extra_forbidden', msg: 'Only one file is expected' } : undefined;
  }

  #takeText(part: MultipartValue): void {
    const loc = ['body', part.fieldname];
    // An SDK that is given a Node Buffer sends every byte as a field of its own (contract 13.12).
    if (part.fieldname.startsWith(`${this.#fileField}[`)) {
      throw validationError(
        this.#missingFile('Field required: send the file as one part; in Node, wrap a Buffer in a File'),
      );
    }
    if (part.fieldname === this.#fileField) {
      this.#fileSeen = true;
      this.#issues.push(
        issueAt(loc, { type: 'value_error', msg: 'Expected a file, received a text' }, undefined),
      );
    } else if (part.valueTruncated) {
      const problem = { type: 'string_too_long', msg: `A field holds at most ${MAX_FIELD_BYTES} bytes` };
      this.#issues.push(issueAt(loc, problem, undefined));
    } else {
      // A part that is declared as JSON comes parsed; all our fields are texts.
      const text = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
      if (text !== '') this.#texts[part.fieldname] = text;
      else delete this.#texts[part.fieldname];
    }
  }

  #missingFile(msg: string): ValidationIssue {
    return { type: 'missing', loc: ['body', this.#fileField], msg };
  }

  finish<Fields>(validator: Validator<Fields>): UploadForm<Stored, Fields> {
    const issues = [...this.#issues, ...unstorableTexts(this.#texts, ['body'])];
    if (!this.#fileSeen) issues.push(this.#missingFile('Field required'));
    const fields = validator(this.#texts);
    if (!fields.ok) issues.push(...fields.issues);
    if (!fields.ok || !this.#upload || issues.length > 0) throw validationError(...issues);
    return { file: this.#upload.stored, info: this.#upload.info, fields: fields.value };
  }

  async undo(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    if (upload) await this.#sink.discard(upload.stored);
  }

  /** Errors of our own, of the sink and of the framework keep their meaning; the rest is a broken form. */
  publicError(error: unknown): unknown {
    if (error instanceof SheafError || this.#sinkError?.error === error) return error;
    const known = error instanceof Error ? fromFastifyError(error) : undefined;
    return (
      known ??
      new SheafError('INVALID_REQUEST', 'The form could not be read: it is not valid multipart/form-data.', {
        cause: error,
      })
    );
  }
}

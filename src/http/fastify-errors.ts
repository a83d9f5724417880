import { SheafError, validationError } from '../errors.ts';

interface FrameworkError extends Error {
  readonly code?: unknown;
  readonly statusCode?: unknown;
}

/** Largest JSON body, in bytes: room for schemas and prompts, not for documents. */
export const MAX_JSON_BODY_BYTES = 10 * 1024 * 1024;

/** The public form of an error raised by Fastify or one of its plugins; undefined for every other error. */
export function fromFastifyError(error: FrameworkError): SheafError | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge(
        `The request body is larger than ${MAX_JSON_BODY_BYTES} bytes; upload documents as multipart/form-data.`,
        error,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupported(
        'The content type of the request is not supported; send application/json, or multipart/form-data where a file is uploaded.',
        error,
      );
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return unsupported('This operation takes a form: send multipart/form-data.', error);
    case 'FST_REQ_FILE_TOO_LARGE':
      return tooLarge('The file is larger than SHEAF_MAX_UPLOAD_BYTES allows.', error);
    case 'FST_PARTS_LIMIT':
    case 'FST_FIELDS_LIMIT':
    case 'FST_FILES_LIMIT':
      return tooLarge('The form has too many parts; send one file and the named text fields.', error);
    case 'FST_MP_PREMATURE_CLOSE':
      return new SheafError('INVALID_REQUEST', 'The connection closed before the form was complete.', {
        cause: error,
      });
    case 'FST_INVALID_JSON_FIELD_ERROR':
      return validationError({
        type: 'json_invalid',
        loc: ['body'],
        msg: 'JSON decode error',
        ctx: { error: 'A form field declared as application/json is not valid JSON' },
      });
    case 'FST_PROTO_VIOLATION':
      return validationError({
        type: 'extra_forbidden',
        loc: ['body'],
        msg: 'A form field has a reserved name',
      });
    case 'FST_ERR_BAD_URL':
      return new SheafError('INVALID_REQUEST', 'The path is not valid percent-encoding.', { cause: error });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new SheafError('NOT_FOUND', 'Resource not found', { cause: error });
    default:
      return isClientError(error)
        ? new SheafError('INVALID_REQUEST', error.message, { cause: error })
        : undefined;
  }
}

function isClientError({ code, statusCode }: FrameworkError): boolean {
  const fromFastify = typeof code === 'string' && code.startsWith('FST_');
  return fromFastify && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}

function tooLarge(message: string, cause: Error): SheafError {
  return new SheafError('PAYLOAD_TOO_LARGE', message, { cause });
}

function unsupported(message: string, cause: Error): SheafError {
  return new SheafError('UNSUPPORTED_MEDIA_TYPE', message, { cause });
}

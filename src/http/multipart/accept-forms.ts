import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';

/** Text fields of one form; ours have at most six. */
export const MAX_FIELDS = 32;
/** Bytes of one text field: room for a parse configuration with long prompts. */
export const MAX_FIELD_BYTES = 1024 * 1024;
/** Bytes of a form beside its file: the fields, part headers and boundaries. */
export const MAX_FORM_OVERHEAD_BYTES = (MAX_FIELDS + 1) * MAX_FIELD_BYTES;

declare module 'fastify' {
  interface FastifyInstance {
    /** Largest uploaded file, in bytes. */
    readonly maxUploadBytes: number;
  }
}

/** Lets routes read `multipart/form-data` part by part, see `createFormReader`. */
export function acceptForms(app: FastifyInstance, maxUploadBytes: number): void {
  app.decorate('maxUploadBytes', maxUploadBytes);
  app.register(multipart, {
    // The size of a file is watched by the form reader: the plugin would hand a cut file to the sink as a whole one.
    throwFileSizeLimit: false,
    limits: {
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      files: 4,
      parts: MAX_FIELDS + 4,
      headerPairs: 50,
      fileSize: maxUploadBytes,
    },
  });
}

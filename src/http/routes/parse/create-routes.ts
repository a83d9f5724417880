import type { Services } from '../../../services/context.ts';
import { createParseJob, createUploadedParseJob } from '../../../services/create-parse-job.ts';
import { discardUpload, storeUpload } from '../../../services/uploads.ts';
import { createFormReader, type FormDescription } from '../../multipart/form-reader.ts';
import { ParseJob, ParseUploadFields } from '../../schemas/parse-job.ts';
import { ParseCreateBody } from '../../schemas/parse-parameters.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { createRequestOf } from '../create-request.ts';
import { presentParseJob } from './present.ts';
import { asBadConfiguration, readConfiguration, readSource, readWish } from './wish.ts';

const uploadForm = createFormReader({ fileField: 'file', fields: ParseUploadFields });
const uploadDescription: FormDescription = uploadForm.description;

/** Both ways to make a parse job; they answer 200, not 201 (contract 13.10). */
export function parseCreateRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.post(
    '/api/v2/parse',
    { schema: { tags, querystring: ScopeQuery, body: ParseCreateBody, response: { 200: ParseJob } } },
    async (request, reply) => {
      const { body } = request;
      const createRequest = createRequestOf(request, reply);
      const view = await createParseJob(services, createRequest, readSource(body), readWish(body));
      return presentParseJob(view, { withUsage: false });
    },
  );

  app.post(
    '/api/v2/parse/upload',
    {
      config: { form: uploadDescription },
      schema: { tags, querystring: ScopeQuery, response: { 200: ParseJob } },
    },
    async (request, reply) => {
      const { file: upload, fields } = await uploadForm.read(request, {
        store: (stream, info) => storeUpload(services, stream, info.fileName),
        discard: (stored) => discardUpload(services, stored),
      });
      const view = await createUploadedParseJob(services, createRequestOf(request, reply), upload, () =>
        readConfiguration(fields.configuration),
      ).catch((error: unknown) => {
        throw asBadConfiguration(error);
      });
      return presentParseJob(view, { withUsage: false });
    },
  );
}

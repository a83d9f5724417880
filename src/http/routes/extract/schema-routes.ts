import type { Services } from '../../../services/context.ts';
import { validateDataSchema } from '../../../services/extract-schema.ts';
import { generateSchema } from '../../../services/generate-schema.ts';
import { ConfigurationCreateBody } from '../../schemas/configuration.ts';
import {
  ExtractSchemaGenerateBody,
  ExtractSchemaValidateBody,
  ExtractSchemaValidated,
} from '../../schemas/extract-schema.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { createRequestOf } from '../create-request.ts';

/** `/api/v2/extract/schema`: checking schemas and proposing them (contract section 9). */
export function schemaRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.post(
    '/api/v2/extract/schema/validation',
    { schema: { tags, body: ExtractSchemaValidateBody, response: { 200: ExtractSchemaValidated } } },
    (request) => ({ data_schema: { ...validateDataSchema(request.body.data_schema) } }),
  );

  app.post(
    '/api/v2/extract/schema/generate',
    {
      schema: {
        tags,
        querystring: ScopeQuery,
        body: ExtractSchemaGenerateBody,
        response: { 200: ConfigurationCreateBody },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { name, parameters } = await generateSchema(services, createRequestOf(request, reply), {
        name: body.name ?? null,
        prompt: body.prompt ?? null,
        fileId: body.file_id ?? null,
        dataSchema: body.data_schema ?? null,
      });
      return { name, parameters: { ...parameters, data_schema: { ...parameters.data_schema } } };
    },
  );
}

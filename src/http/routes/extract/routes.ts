import { validateDataSchema } from '../../../services/extract-schema.ts';
import { ExtractSchemaValidateBody, ExtractSchemaValidated } from '../../schemas/extract-schema.ts';
import type { HttpServer } from '../../server.ts';

/** `/api/v2/extract`, contract section 9. */
export function extractRoutes(app: HttpServer): void {
  app.post(
    '/api/v2/extract/schema/validation',
    {
      schema: {
        tags: ['extract'],
        body: ExtractSchemaValidateBody,
        response: { 200: ExtractSchemaValidated },
      },
    },
    (request) => ({ data_schema: { ...validateDataSchema(request.body.data_schema) } }),
  );
}

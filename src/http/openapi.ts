import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';

import { ComponentCollector } from './components.ts';
import type { FormDescription } from './multipart/form-reader.ts';
import { ErrorBody, HTTPValidationError } from './schemas/errors.ts';
import type { JsonSchema } from './validation/json-schema.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form that a route reads by itself; shown as its request body. */
    readonly form?: FormDescription;
  }
}

/** Answers that every route with a key can give, beside its own. */
const COMMON_RESPONSES = { 401: ErrorBody, 422: HTTPValidationError };

/**
 * Serves the API's description as OpenAPI 3.1 at `/api/openapi.json` and a page to read and try it at `/docs`.
 * Every schema with an `$id` becomes a named component. The page loads nothing from other hosts.
 */
export function describeApi(
  app: FastifyInstance,
  options: { readonly version: string; readonly publicUrl?: string },
): void {
  const components = new ComponentCollector();
  const transform: NonNullable<FastifyDynamicSwaggerOptions['transform']> = ({ schema, url, route }) => {
    const { public: open, form } = route.config ?? {};
    return { url, schema: describedSchema(schema, components, { open: open === true, form }) };
  };
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sheaf',
        version: options.version,
        description: 'Document batches through the LlamaCloud v2 API, on your own server.',
      },
      ...(options.publicUrl !== undefined && { servers: [{ url: options.publicUrl }] }),
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    stripBasePath: false,
    convertConstToEnum: false,
    transform,
    transformObject: (document) =>
      components.place('openapiObject' in document ? document.openapiObject : document.swaggerObject),
  });
  app.get('/api/openapi.json', { schema: { hide: true }, config: { public: true } }, async () =>
    app.swagger(),
  );
  app.register(async (page) => {
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true };
    });
    await page.register(swaggerUi, {
      routePrefix: '/docs',
      // The page's default would send the address of the description to a validator on the internet.
      uiConfig: { validatorUrl: null, deepLinking: true, persistAuthorization: false },
    });
  });
}

function describedSchema(
  schema: FastifySchema | undefined,
  components: ComponentCollector,
  route: { readonly open: boolean; readonly form: FormDescription | undefined },
): FastifySchema {
  const { body, response } = schema ?? {};
  const responses = { ...(!route.open && COMMON_RESPONSES), ...(response as object | undefined) };
  return {
    ...schema,
    ...(body !== undefined && { body: components.name(body as JsonSchema) }),
    ...(route.form && { consumes: ['multipart/form-data'], body: components.name(formSchema(route.form)) }),
    ...(route.open && { security: [] }),
    response: Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => [status, components.name(answer as JsonSchema)]),
    ),
  };
}

function formSchema({ fileField, fields }: FormDescription): JsonSchema {
  const texts = fields as JsonSchema;
  return {
    type: 'object',
    properties: { [fileField]: { type: 'string', format: 'binary' }, ...texts.properties },
    required: [fileField, ...(texts.required ?? [])],
  };
}

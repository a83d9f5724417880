import { violations, type ResponseName } from './surface.ts';

/** Which schema answers a method and path with which status. */
const ANSWERS: readonly [method: string, path: RegExp, status: number, schema: ResponseName][] = [
  ['GET', /^\/api\/v1\/projects$/, 200, 'ProjectV1List'],
  ['GET', /^\/api\/v1\/projects\/[^/]+$/, 200, 'ProjectV1'],
  ['GET', /^\/api\/v2\/projects$/, 200, 'ProjectV2Page'],
  ['GET', /^\/api\/v2\/projects\/[^/]+$/, 200, 'ProjectV2'],
  ['GET', /^\/api\/v1\/job-data-points$/, 200, 'JobDataPointPage'],
  ['POST', /^\/api\/v1\/beta\/directories$/, 201, 'Directory'],
  ['GET', /^\/api\/v1\/beta\/directories$/, 200, 'DirectoryPage'],
  ['GET', /^\/api\/v1\/beta\/directories\/[^/]+$/, 200, 'Directory'],
  ['PATCH', /^\/api\/v1\/beta\/directories\/[^/]+$/, 200, 'Directory'],
  ['POST', /^\/api\/v1\/beta\/directories\/[^/]+\/files$/, 201, 'DirectoryFile'],
  ['POST', /^\/api\/v1\/beta\/directories\/[^/]+\/files\/upload$/, 201, 'DirectoryFile'],
  ['PATCH', /^\/api\/v1\/beta\/directories\/[^/]+\/files\/[^/]+$/, 200, 'DirectoryFile'],
  ['GET', /^\/api\/v1\/beta\/directories\/[^/]+\/files$/, 200, 'DirectoryFilePage'],
  ['GET', /^\/api\/v1\/beta\/directories\/[^/]+\/files\/[^/]+$/, 200, 'DirectoryFile'],
  ['POST', /^\/api\/v1\/beta\/files$/, 201, 'FileV2'],
  ['GET', /^\/api\/v1\/beta\/files$/, 200, 'FileV2Page'],
  ['POST', /^\/api\/v1\/beta\/files\/query$/, 200, 'FileV2Page'],
  ['GET', /^\/api\/v1\/beta\/files\/[^/]+$/, 200, 'FileV2'],
  ['GET', /^\/api\/v1\/beta\/files\/[^/]+\/content$/, 200, 'PresignedUrl'],
  ['POST', /^\/api\/v1\/beta\/configurations$/, 201, 'Configuration'],
  ['GET', /^\/api\/v1\/beta\/configurations$/, 200, 'ConfigurationPage'],
  ['GET', /^\/api\/v1\/beta\/configurations\/[^/]+$/, 200, 'Configuration'],
  ['PUT', /^\/api\/v1\/beta\/configurations\/[^/]+$/, 200, 'Configuration'],
  ['POST', /^\/api\/v2\/extract\/schema\/validation$/, 200, 'ExtractSchemaValidated'],
  ['POST', /^\/api\/v2\/extract\/schema\/generate$/, 200, 'ConfigurationCreateBody'],
  ['POST', /^\/api\/v2\/extract$/, 200, 'ExtractJob'],
  ['GET', /^\/api\/v2\/extract$/, 200, 'ExtractJobPage'],
  ['GET', /^\/api\/v2\/extract\/[^/]+$/, 200, 'ExtractJob'],
  ['POST', /^\/api\/v2\/extract\/[^/]+\/cancel$/, 200, 'ExtractJob'],
  ['DELETE', /^\/api\/v2\/extract\/[^/]+$/, 200, 'ExtractJobDeleted'],
  ['POST', /^\/api\/v1\/beta\/webhook-configs$/, 201, 'WebhookConfig'],
  ['GET', /^\/api\/v1\/beta\/webhook-configs$/, 200, 'WebhookConfigList'],
  ['GET', /^\/api\/v1\/beta\/webhook-configs\/[^/]+$/, 200, 'WebhookConfig'],
  ['PUT', /^\/api\/v1\/beta\/webhook-configs\/[^/]+$/, 200, 'WebhookConfig'],
  ['POST', /^\/api\/v1\/beta\/webhook-configs\/[^/]+\/test$/, 200, 'WebhookDelivery'],
  ['GET', /\/(webhook-)?deliveries$/, 200, 'WebhookDeliveryPage'],
  ['POST', /\/(webhook-)?deliveries\/[^/]+\/replay$/, 200, 'WebhookDelivery'],
  ['POST', /^\/api\/v2\/batches$/, 201, 'Batch'],
  ['GET', /^\/api\/v2\/batches$/, 200, 'BatchPage'],
  ['GET', /^\/api\/v2\/batches\/[^/]+$/, 200, 'Batch'],
  ['POST', /^\/api\/v2\/batches\/[^/]+\/cancel$/, 200, 'Batch'],
  ['POST', /^\/api\/v2\/parse(\/upload)?$/, 200, 'ParseJob'],
  ['GET', /^\/api\/v2\/parse$/, 200, 'ParseJobPage'],
  ['POST', /^\/api\/v2\/parse\/[^/]+\/cancel$/, 200, 'ParseJob'],
  ['DELETE', /^\/api\/v2\/parse\/[^/]+$/, 200, 'ParseJobDeleted'],
  ['GET', /^\/api\/v2\/parse\/versions$/, 200, 'ParseVersions'],
  ['GET', /^\/api\/v2\/parse\/[^/]+$/, 200, 'ParseResult'],
];

/** A fetch that holds every answer against the schema of its operation, and what it found. */
export interface CheckingFetch {
  readonly fetch: typeof fetch;
  /** Answers that were held against a schema. */
  checked(): number;
  /** Differences, and answers for which no schema is known: those are differences too. */
  violations(): readonly string[];
}

export function checkingFetch(): CheckingFetch {
  let checked = 0;
  const found: string[] = [];

  const check = (method: string, url: URL, status: number, contentType: string, text: string): void => {
    const operation = `${method} ${url.pathname} → ${status}`;
    // Nothing to hold against a schema, and nothing may be there.
    if (status === 204) {
      if (text !== '') found.push(`${operation}: has a body`);
      return;
    }
    if (!contentType.includes('application/json')) {
      found.push(`${operation}: content type ${contentType}`);
      return;
    }
    const schema = schemaOf(method, url.pathname, status);
    if (!schema) {
      found.push(`${operation}: no schema is known for this answer`);
      return;
    }
    checked += 1;
    found.push(...violations(schema, JSON.parse(text)).map((violation) => `${operation}: ${violation}`));
  };

  return {
    async fetch(input, init) {
      const response = await fetch(input, init);
      const request = new URL(input instanceof Request ? input.url : input);
      // The client tries out what its runtime can do on a data: URL.
      if (request.protocol === 'data:') return response;
      const text = await response.clone().text();
      check(
        init?.method?.toUpperCase() ?? 'GET',
        request,
        response.status,
        response.headers.get('content-type') ?? '',
        text,
      );
      return response;
    },
    checked: () => checked,
    violations: () => found,
  };
}

function schemaOf(method: string, path: string, status: number): ResponseName | undefined {
  if (status === 422) return 'HTTPValidationError';
  if (status >= 400) return 'ErrorBody';
  return ANSWERS.find(([m, pattern, s]) => m === method && s === status && pattern.test(path))?.[3];
}

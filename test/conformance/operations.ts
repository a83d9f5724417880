import { randomUUID } from 'node:crypto';
import type { Operation } from './operation.ts';
import { DATA_SCHEMA, EXTRACT_EXPANSIONS, PARAMETERS, PARSE_SECTIONS } from './samples.ts';

const files = '/api/v1/beta/files';
const directories = '/api/v1/beta/directories';
const directory = `${directories}/{directory_id}`;
const directoryFile = `${directory}/files/{directory_file_id}`;
const configurations = '/api/v1/beta/configurations';
const webhooks = '/api/v1/beta/webhook-configs';
const keys = '/api/v1/beta/api-keys';

const fileIds: Operation['ids'] = async (tenant) => ({ file_id: await tenant.uploadFile() });
const directoryIds: Operation['ids'] = async (tenant) => ({ directory_id: await tenant.addDirectory() });
const directoryFileIds: Operation['ids'] = (tenant) => tenant.addDirectoryFile();
const configurationIds: Operation['ids'] = async (tenant) => ({ config_id: await tenant.addConfiguration() });
const webhookIds: Operation['ids'] = async (tenant) => ({
  config_id: await tenant.create(webhooks, { webhook_url: 'https://hooks.example.com/in' }),
});
/** One that nobody can be reached at, so that a test of it costs no time. */
const deadWebhookIds: Operation['ids'] = async (tenant) => ({
  config_id: await tenant.create(webhooks, { webhook_url: 'https://hooks.invalid/in' }),
});
const deliveryIds: Operation['ids'] = async (tenant) => {
  const owner_id = await tenant.create(webhooks, { webhook_url: 'https://hooks.invalid/in' });
  return { owner_id, delivery_id: await tenant.create(`${webhooks}/${owner_id}/test`, {}) };
};
const jobIds: Operation['ids'] = async (tenant) => ({ job_id: await tenant.addParseJob() });
const batchIds: Operation['ids'] = async (tenant) => ({ batch_id: await tenant.addBatch() });
const projectIds: Operation['ids'] = async (tenant) => ({ project_id: tenant.projectId });

/** Resources that a DELETE of their own path takes away. */
const removable = (ids: Operation['ids'], path: string) => ({
  ...(ids && { ids }),
  remove: [['DELETE', path]] as const,
});
const aFile = removable(fileIds, `${files}/{file_id}`);
const aDirectory = removable(directoryIds, directory);
const aDirectoryFile = removable(directoryFileIds, directoryFile);
const aConfiguration = removable(configurationIds, `${configurations}/{config_id}`);
const aLog = removable(
  async (tenant) => ({ owner_id: (await deliveryIds(tenant))['owner_id'] ?? '' }),
  `${webhooks}/{owner_id}`,
);
const aDeadWebhook = removable(deadWebhookIds, `${webhooks}/{config_id}`);
const aWebhook = removable(webhookIds, `${webhooks}/{config_id}`);

const removeJob = [
  ['POST', '/api/v2/parse/{job_id}/cancel'],
  ['DELETE', '/api/v2/parse/{job_id}'],
] as const;

/** Every operation that a user of batches touches (contract section 11), with all that it stands on. */
export const OPERATIONS: readonly Operation[] = [
  { method: 'GET', path: '/api/v1/projects', success: 200 },
  { method: 'GET', path: '/api/v1/projects/{project_id}', success: 200, ids: projectIds },
  { method: 'GET', path: '/api/v2/projects', success: 200 },
  { method: 'GET', path: '/api/v2/projects/{project_id}', success: 200, ids: projectIds },
  { method: 'GET', path: '/api/v1/job-data-points', success: 200, query: { job_type: 'parse' } },

  { method: 'GET', path: files, success: 200 },
  { method: 'POST', path: files, success: 201, form: { file: 'file', fields: { purpose: 'parse' } } },
  { method: 'POST', path: `${files}/query`, success: 200, bodies: async () => [{ filter: {} }] },
  {
    method: 'GET',
    path: `${files}/{file_id}`,
    success: 200,
    ...aFile,
  },
  {
    method: 'GET',
    path: `${files}/{file_id}/content`,
    success: 200,
    ...aFile,
  },
  {
    method: 'DELETE',
    path: `${files}/{file_id}`,
    success: 204,
    ...aFile,
    consumes: true,
  },

  { method: 'GET', path: directories, success: 200 },
  { method: 'POST', path: directories, success: 201, bodies: async () => [{ name: 'new' }] },
  { method: 'GET', path: directory, success: 200, ...aDirectory },
  {
    method: 'PATCH',
    path: directory,
    success: 200,
    ...aDirectory,
    bodies: async () => [{ name: 'renamed' }],
  },
  {
    method: 'DELETE',
    path: directory,
    success: 204,
    ...aDirectory,
    consumes: true,
  },

  {
    method: 'GET',
    path: `${directory}/files`,
    success: 200,
    ...aDirectory,
  },
  {
    method: 'POST',
    path: `${directory}/files`,
    success: 201,
    ...aDirectory,
    bodies: async (tenant) => [{ file_id: await tenant.uploadFile(), metadata: { label: 'a' } }],
  },
  {
    method: 'POST',
    path: `${directory}/files/upload`,
    success: 201,
    ...aDirectory,
    form: { file: 'upload_file', fields: { display_name: 'shown.txt', metadata: '{"a":1}' } },
  },
  {
    method: 'GET',
    path: directoryFile,
    success: 200,
    ...aDirectoryFile,
  },
  {
    method: 'PATCH',
    path: directoryFile,
    success: 200,
    ...aDirectoryFile,
    bodies: async () => [{ display_name: 'renamed.txt', metadata: { label: 'b' } }],
  },
  {
    method: 'DELETE',
    path: directoryFile,
    success: 204,
    ...aDirectoryFile,
    consumes: true,
  },
  {
    method: 'POST',
    path: `${directory}/files/bulk-delete`,
    success: 204,
    ids: directoryFileIds,
    consumes: true,
    remove: [['DELETE', directory]],
    bodies: async (_, ids) => [{ directory_file_ids: [ids['directory_file_id']] }],
  },

  { method: 'GET', path: configurations, success: 200 },
  {
    method: 'POST',
    path: configurations,
    success: 201,
    bodies: async () => PARAMETERS.map((parameters) => ({ name: 'new', parameters })),
  },
  {
    method: 'GET',
    path: `${configurations}/{config_id}`,
    success: 200,
    ...aConfiguration,
  },
  {
    method: 'PUT',
    path: `${configurations}/{config_id}`,
    success: 200,
    ...aConfiguration,
    bodies: async () => [{ name: randomUUID(), parameters: PARAMETERS[0] }],
  },
  {
    method: 'DELETE',
    path: `${configurations}/{config_id}`,
    success: 204,
    ...aConfiguration,
    consumes: true,
  },

  { method: 'GET', path: webhooks, success: 200 },
  {
    method: 'POST',
    path: webhooks,
    success: 201,
    bodies: async () => [{ webhook_url: 'https://hooks.example.com/in', webhook_headers: { 'x-from': 'a' } }],
  },
  {
    method: 'GET',
    path: `${webhooks}/{config_id}`,
    success: 200,
    ...aWebhook,
  },
  {
    method: 'PUT',
    path: `${webhooks}/{config_id}`,
    success: 200,
    ...aWebhook,
    bodies: async () => [{ webhook_url: 'https://hooks.example.com/other' }],
  },
  {
    method: 'DELETE',
    path: `${webhooks}/{config_id}`,
    success: 204,
    ...aWebhook,
    consumes: true,
  },

  { method: 'GET', path: '/api/v1/beta/system', success: 200 },
  {
    method: 'POST',
    path: '/api/v2/batches/{batch_id}/export-links',
    success: 200,
    ids: async (tenant) => ({ batch_id: await tenant.addFinishedBatch() }),
    bodies: async () => [{ format: 'csv', expires_at_seconds: 60 }, {}],
  },
  { method: 'GET', path: keys, success: 200 },
  { method: 'POST', path: keys, success: 201, bodies: async () => [{ name: 'new' }] },
  {
    method: 'DELETE',
    path: `${keys}/{key_id}`,
    success: 204,
    ids: async (tenant) => ({ key_id: await tenant.create(keys, { name: 'old' }) }),
  },
  { method: 'GET', path: `${webhooks}/{owner_id}/deliveries`, success: 200, ...aLog },
  { method: 'POST', path: `${webhooks}/{config_id}/test`, success: 200, ...aDeadWebhook },
  {
    method: 'POST',
    path: `${webhooks}/{owner_id}/deliveries/{delivery_id}/replay`,
    success: 200,
    ids: deliveryIds,
    remove: [['DELETE', `${webhooks}/{owner_id}`]],
  },

  { method: 'GET', path: '/api/v2/parse', success: 200 },
  {
    method: 'POST',
    path: '/api/v2/parse',
    success: 200,
    bodies: async (tenant) => [{ file_id: await tenant.uploadFile(), tier: 'agentic', version: 'latest' }],
  },
  {
    method: 'POST',
    path: '/api/v2/parse/upload',
    success: 200,
    form: {
      file: 'file',
      fields: { configuration: JSON.stringify({ tier: 'agentic', version: 'latest' }) },
      json: { field: 'configuration', schema: 'ParseRequestConfiguration' },
    },
  },
  {
    method: 'GET',
    path: '/api/v2/parse/versions',
    success: 200,
    newer: /^body\/agentic\w*\/\d+ must be equal to one of the allowed values/,
  },
  {
    method: 'GET',
    path: '/api/v2/parse/{job_id}',
    success: 200,
    ids: async (tenant) => ({ job_id: await tenant.addFinishedJob() }),
    remove: [['DELETE', '/api/v2/parse/{job_id}']],
    queries: [
      ...PARSE_SECTIONS.map((name) => `expand=${name}`),
      `expand=${PARSE_SECTIONS.join()}`,
      'expand=markdown&expand=items&expand=nonsense&image_filenames=a.png,b.png',
      'expand[]=text&expand=&expand=text',
    ],
  },
  {
    method: 'POST',
    path: '/api/v2/parse/{job_id}/cancel',
    success: 200,
    ids: jobIds,
    consumes: true,
    remove: removeJob,
  },

  {
    method: 'DELETE',
    path: '/api/v2/parse/{job_id}',
    success: 200,
    ids: async (tenant) => ({ job_id: await tenant.addFinishedJob() }),
    consumes: true,
    remove: [['DELETE', '/api/v2/parse/{job_id}']],
  },

  { method: 'GET', path: '/api/v2/batches', success: 200 },
  {
    method: 'POST',
    path: '/api/v2/batches',
    success: 201,
    bodies: async (tenant) => [
      {
        source_directory_id: (await tenant.addDirectoryFile()).directory_id,
        config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
      },
    ],
  },
  {
    method: 'POST',
    path: '/api/v2/batches/check',
    success: 200,
    bodies: async (tenant) => [
      {
        source_directory_id: (await tenant.addDirectoryFile()).directory_id,
        config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' } },
      },
    ],
  },
  {
    method: 'GET',
    path: '/api/v2/batches/{batch_id}',
    success: 200,
    ids: async (tenant) => ({ batch_id: await tenant.addFinishedBatch() }),
    queries: ['expand=results', 'expand=results,nonsense', 'expand[]=results', 'expand=nonsense'],
  },
  {
    method: 'GET',
    path: '/api/v2/batches/{batch_id}/files',
    success: 200,
    ids: async (tenant) => ({ batch_id: await tenant.addFinishedBatch() }),
    queries: ['status=COMPLETED', 'status=DELETED&page_size=1'],
  },
  {
    method: 'POST',
    path: '/api/v2/batches/{batch_id}/cancel',
    success: 200,
    ids: batchIds,
    consumes: true,
  },
  {
    method: 'GET',
    path: '/api/v2/extract',
    success: 200,
    queries: [
      ...EXTRACT_EXPANSIONS.map((name) => `expand=${name}`),
      'status=THROTTLED',
      'document_input_type=file_id&document_input_value=a&configuration_id=cfg-a&job_ids=a,b',
      'document_input_type=nonsense&file_input=',
    ],
  },
  {
    method: 'POST',
    path: '/api/v2/extract',
    success: 200,
    bodies: async (tenant) => {
      const file_input = await tenant.uploadFile();
      const parameters = { product_type: 'extract_v2', data_schema: DATA_SCHEMA };
      const configuration_id = await tenant.create(configurations, { name: randomUUID(), parameters });
      return [
        { file_input, configuration: { data_schema: DATA_SCHEMA, max_pages: 2 } },
        { file_input, configuration_id, webhook_configurations: [] },
      ];
    },
  },
  {
    method: 'GET',
    path: '/api/v2/extract/{job_id}',
    success: 200,
    ids: async (tenant) => ({ job_id: await tenant.addFinishedExtractJob() }),
    remove: [['DELETE', '/api/v2/extract/{job_id}']],
    queries: [
      ...EXTRACT_EXPANSIONS.map((name) => `expand=${name}`),
      `expand=${EXTRACT_EXPANSIONS.join()}`,
      'expand[]=usage&expand=&expand=metadata',
    ],
  },
  {
    method: 'POST',
    path: '/api/v2/extract/{job_id}/cancel',
    success: 200,
    ids: async (tenant) => ({ job_id: await tenant.addExtractJob() }),
    consumes: true,
    remove: [
      ['POST', '/api/v2/extract/{job_id}/cancel'],
      ['DELETE', '/api/v2/extract/{job_id}'],
    ],
  },
  {
    method: 'DELETE',
    path: '/api/v2/extract/{job_id}',
    success: 200,
    ids: async (tenant) => ({ job_id: await tenant.addFinishedExtractJob() }),
    consumes: true,
    remove: [['DELETE', '/api/v2/extract/{job_id}']],
  },
  {
    method: 'POST',
    path: '/api/v2/extract/schema/generate',
    success: 200,
    bodies: async () => [{ name: 'new', prompt: 'what is owed', data_schema: DATA_SCHEMA }],
  },
  {
    method: 'POST',
    path: '/api/v2/extract/schema/validation',
    success: 200,
    bodies: async () => [{ data_schema: { type: 'object', properties: { total: { type: 'number' } } } }],
  },
];

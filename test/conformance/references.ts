import { randomUUID } from 'node:crypto';
import { pathOf, type Case } from './cases.ts';
import type { Operation } from './operation.ts';
import { DATA_SCHEMA } from './samples.ts';
import { jsonOf, type Tenant } from './site.ts';

/** What a body can name by its id: how it is made and taken away. */
type Kind = 'file' | 'directory' | 'directoryFile' | 'configuration' | 'extraction' | 'webhook' | 'parseJob';

const MAKERS: Readonly<Record<Kind, (tenant: Tenant) => Promise<{ id: string; path: string }>>> = {
  async file(tenant) {
    const id = await tenant.uploadFile();
    return { id, path: `/api/v1/beta/files/${id}` };
  },
  async directory(tenant) {
    const id = await tenant.addDirectory();
    return { id, path: `/api/v1/beta/directories/${id}` };
  },
  async directoryFile(tenant) {
    const { directory_id, directory_file_id: id } = await tenant.addDirectoryFile();
    return { id, path: `/api/v1/beta/directories/${directory_id}/files/${id}` };
  },
  async configuration(tenant) {
    const id = await tenant.addConfiguration();
    return { id, path: `/api/v1/beta/configurations/${id}` };
  },
  async extraction(tenant) {
    const parameters = { product_type: 'extract_v2', data_schema: DATA_SCHEMA };
    const path = '/api/v1/beta/configurations';
    const id = await tenant.create(path, { name: randomUUID(), parameters });
    return { id, path: `${path}/${id}` };
  },
  async webhook(tenant) {
    const path = '/api/v1/beta/webhook-configs';
    const id = await tenant.create(path, { webhook_url: 'https://hooks.example.com/in' });
    return { id, path: `${path}/${id}` };
  },
  async parseJob(tenant) {
    const id = await tenant.addFinishedJob();
    return { id, path: `/api/v2/parse/${id}` };
  },
};

/** A place in the body of an operation that holds an id. */
interface Reference {
  readonly what: string;
  readonly kind: Kind;
  /** The valid body with this id in its place. */
  readonly put: (body: Readonly<Record<string, unknown>>, id: string) => object;
}

const field = (what: string, kind: Kind): Reference => ({
  what,
  kind,
  put: (body, id) => ({ ...body, [what]: id }),
});
const webhooks: Reference = {
  what: 'webhook_configuration_ids',
  kind: 'webhook',
  put: (body, id) => ({ ...body, webhook_configuration_ids: [id] }),
};
const jobConfiguration = (type: string, kind: Kind): Reference => ({
  what: `configuration_id of ${type}`,
  kind,
  put: (body, id) => ({ ...body, config: { job: { type, configuration_id: id } } }),
});
const fileInput = (kind: Kind): Reference => ({ ...field('file_input', kind), what: `file_input: ${kind}` });

const directory = '/api/v1/beta/directories/{directory_id}';

const REFERENCES: Readonly<Record<string, readonly Reference[]>> = {
  [`POST ${directory}/files`]: [field('file_id', 'file')],
  [`PATCH ${directory}/files/{directory_file_id}`]: [field('target_directory_id', 'directory')],
  [`POST ${directory}/files/bulk-delete`]: [
    {
      what: 'directory_file_ids',
      kind: 'directoryFile',
      put: (_, id) => ({ directory_file_ids: [id] }),
    },
  ],
  'POST /api/v2/batches': [
    field('source_directory_id', 'directory'),
    jobConfiguration('parse_v2', 'configuration'),
    jobConfiguration('extract_v2', 'extraction'),
    webhooks,
  ],
  'POST /api/v2/parse': [field('file_id', 'file'), field('configuration_id', 'configuration'), webhooks],
  'POST /api/v2/extract': [
    fileInput('file'),
    fileInput('directoryFile'),
    fileInput('parseJob'),
    {
      what: 'configuration_id',
      kind: 'extraction',
      put: ({ file_input }, id) => ({ file_input, configuration_id: id }),
    },
    webhooks,
  ],
  'POST /api/v2/extract/schema/generate': [field('file_id', 'file')],
};

/** Each id in the body unknown, another project's, deleted, and that of another kind: nothing of it is found. */
export async function* referenceCases(
  { method, path }: Operation,
  valid: { readonly ids: Readonly<Record<string, string>>; readonly bodies: readonly unknown[] },
  { ours, theirs }: { readonly ours: Tenant; readonly theirs: Tenant },
): AsyncGenerator<Case> {
  const body = valid.bodies[0] as Readonly<Record<string, unknown>>;
  for (const { what, kind, put } of REFERENCES[`${method} ${path}`] ?? []) {
    const about = (id: string): Case['request'] => ({
      method,
      path: pathOf(path, valid.ids, ''),
      ...jsonOf(put(body, id)),
    });
    const foreign = await MAKERS[kind](theirs);
    yield { what: `${what} of another project`, request: about(foreign.id), expected: [404] };
    const unknown = foreign.id.replace(/[\da-f-]{36}$/, randomUUID());
    yield { what: `${what} unknown`, request: about(unknown), expected: [404] };
    yield { what: `${what} of another kind`, request: about(ours.projectId), expected: [404, 422] };
    const gone = await MAKERS[kind](ours);
    await ours.send({ method: 'DELETE', path: gone.path });
    yield { what: `${what} deleted`, request: about(gone.id), expected: [404] };
  }
}

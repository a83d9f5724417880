import type { ApiClient } from './api-client.ts';
import { readArguments, UsageError, type Command } from './command.ts';
import { connectToServer } from './server-connection.ts';
import { exportBatch } from './export-batch.ts';
import { formatTable } from './table.ts';
import type { WireBatch, WirePage } from './wire.ts';

const OPTIONS = {
  server: { type: 'string' },
  'data-dir': { type: 'string' },
  status: { type: 'string' },
  limit: { type: 'string', default: '20' },
  out: { type: 'string' },
  format: { type: 'string', default: 'zip' },
} as const;

/** `sheaf batches`: look at batches and stop them. */
export const batchesCommand: Command = {
  name: 'batches',
  summary: 'list, show, cancel or export batches',
  usage: `Usage: sheaf batches list [--status STATUS] [--limit N]
       sheaf batches get ID
       sheaf batches cancel ID
       sheaf batches export ID --out FILE [--format zip|jsonl|csv]

  --out FILE       where the export of all results goes; what is there is replaced
  --server URL     a running server (SHEAF_SERVER), with its key in SHEAF_API_KEY;
                   without it, a server is started on the data directory for this command
  --data-dir DIR   database, files and results (SHEAF_DATA_DIR, ./.sheaf)`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [action, id] = positionals;
    if (action !== 'list' && action !== 'get' && action !== 'cancel' && action !== 'export') {
      throw new UsageError(
        `say list, get, cancel or export${action ? `, not ${JSON.stringify(action)}` : ''}`,
      );
    }
    if (action !== 'list' && id === undefined) throw new UsageError(`${action} needs a batch's id`);
    if (action === 'export' && values.out === undefined) throw new UsageError('export needs --out FILE');
    const connection = await connectToServer(environment, {
      server: values.server,
      dataDir: values['data-dir'],
      role: 'api',
    });
    try {
      if (action === 'list') await list(connection.client, values);
      else if (action === 'get')
        print(await connection.client.get(`/api/v2/batches/${encodeURIComponent(id ?? '')}`));
      else if (action === 'export')
        await exportBatch(connection.client, id ?? '', { file: values.out ?? '', format: values.format });
      else print(await connection.client.post(`/api/v2/batches/${encodeURIComponent(id ?? '')}/cancel`));
    } finally {
      await connection.close();
    }
    return 0;
  },
};

async function list(client: ApiClient, values: { status?: string; limit: string }): Promise<void> {
  const query = { page_size: values.limit, ...(values.status !== undefined && { status: values.status }) };
  const page = await client.get<WirePage<WireBatch>>('/api/v2/batches', query);
  const rows = page.items.map((batch) => [
    batch.id,
    batch.status,
    `${batch.progress.completed}/${batch.progress.total}`,
    String(batch.progress.failed),
    batch.created_at,
  ]);
  console.log(formatTable(['batch', 'status', 'completed', 'failed', 'created'], rows));
  console.log(`${page.items.length} of ${page.total_size} batches`);
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../../../services/context.ts';
import {
  exportBatch,
  exportLinkedBatch,
  EXPORT_FORMATS,
  requireBatch,
  type BatchExport,
  type ExportFormat,
} from '../../../../services/export-batch.ts';
import { presign } from '../../../presign.ts';
import { BatchExportLinkBody, BatchExportQuery } from '../../../schemas/batch-export.ts';
import { BatchParams } from '../../../schemas/batch.ts';
import { PresignedUrl } from '../../../schemas/presigned-url.ts';
import { ScopeQuery } from '../../../schemas/scope.ts';
import type { HttpServer } from '../../../server.ts';
import { exportCsv } from './csv.ts';
import { exportJsonl } from './jsonl.ts';
import { exportZip } from './zip.ts';

const tags = ['batches'];

/** All results of a batch as one file, with a key or by a link. Additions of Sheaf. */
export function batchExportRoutes(app: HttpServer, services: Services): void {
  app.get(
    '/api/v2/batches/:batch_id/export',
    {
      schema: {
        tags,
        params: BatchParams,
        querystring: BatchExportQuery,
        description:
          'All results as one file, streamed; every file of the batch is in it. An addition of Sheaf.',
      },
    },
    async (request, reply) => {
      const { format = 'zip' } = request.query;
      const exported = await exportBatch(services, request.principal.projectId, request.params.batch_id);
      return sendExport(services, exported, format, reply);
    },
  );

  app.post(
    '/api/v2/batches/:batch_id/export-links',
    {
      schema: {
        tags,
        params: BatchParams,
        querystring: ScopeQuery,
        body: BatchExportLinkBody,
        response: { 200: PresignedUrl },
        description: 'A link to an export that needs no key until it expires. An addition of Sheaf.',
      },
    },
    async (request) => {
      const { format = 'zip', expires_at_seconds } = request.body;
      const { batch_id: id } = request.params;
      await requireBatch(services, request.principal.projectId, id);
      return presign(request, { kind: 'export', id, format }, expires_at_seconds ?? undefined);
    },
  );

  linkRoute(app, services);
}

const LinkParams = Type.Object({ batch_id: Type.String(), format: Type.String() });
const LinkQuery = Type.Object({
  expires: Type.Optional(Type.String()),
  signature: Type.Optional(Type.String()),
});

function linkRoute(app: HttpServer, services: Services): void {
  app.get(
    '/api/v1/downloads/batches/:batch_id/export/:format',
    { config: { public: true }, schema: { hide: true, params: LinkParams, querystring: LinkQuery } },
    async (request, reply) => {
      const { batch_id: id, format } = request.params;
      const { expires, signature = '' } = request.query;
      const ticket = { expires: Number(expires), signature };
      const exported = await exportLinkedBatch(services, { id, format }, ticket);
      // The signature holds the format to be one of these.
      const known = EXPORT_FORMATS.find((candidate) => candidate === format) ?? 'zip';
      return sendExport(services, exported, known, reply);
    },
  );
}

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  zip: 'application/zip',
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

function sendExport(
  services: Services,
  exported: BatchExport,
  format: ExportFormat,
  reply: FastifyReply,
): FastifyReply {
  return reply
    .type(MEDIA_TYPES[format])
    .headers({
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="${exported.batch.id}.${format}"`,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    })
    .send(openExport(services, exported, format));
}

function openExport(services: Services, exported: BatchExport, format: ExportFormat): Readable {
  switch (format) {
    case 'zip':
      return exportZip(exported.files, services.blobs.temporaryDirectory);
    case 'jsonl':
      return Readable.from(exportJsonl(exported.files), { objectMode: false });
    case 'csv':
      return Readable.from(exportCsv(exported), { objectMode: false });
  }
}

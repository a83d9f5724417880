// The shapes of the API, taken from the schemas that the server validates with. Types alone: no code of the server
// comes into the page.
export type { Batch, BatchPage, BatchProgress, BatchResult } from '../../../src/http/schemas/batch.ts';
export type { Configuration, ConfigurationPage } from '../../../src/http/schemas/configuration.ts';
export type { Directory, DirectoryPage } from '../../../src/http/schemas/directory.ts';
export type { DirectoryFile, DirectoryFilePage } from '../../../src/http/schemas/directory-file.ts';
export type { ExtractJob, ExtractJobPage } from '../../../src/http/schemas/extract-job.ts';
export type { ParseJob, ParseJobPage } from '../../../src/http/schemas/parse-job.ts';
export type { ParseResult } from '../../../src/http/schemas/parse-result.ts';
export type { BBox, PageItem } from '../../../src/http/schemas/parse-items.ts';
export type { WebhookConfig } from '../../../src/http/schemas/webhook-config.ts';
export type { WebhookDelivery } from '../../../src/http/schemas/webhook-delivery.ts';

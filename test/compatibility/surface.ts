import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';

import { ComponentCollector } from '../../src/http/components.ts';
import { Batch, BatchPage } from '../../src/http/schemas/batch.ts';
import {
  Configuration,
  ConfigurationCreateBody,
  ConfigurationPage,
} from '../../src/http/schemas/configuration.ts';
import { DirectoryFile, DirectoryFilePage } from '../../src/http/schemas/directory-file.ts';
import { Directory, DirectoryPage } from '../../src/http/schemas/directory.ts';
import { ErrorBody, HTTPValidationError } from '../../src/http/schemas/errors.ts';
import { ExtractJob, ExtractJobDeleted, ExtractJobPage } from '../../src/http/schemas/extract-job.ts';
import { ExtractSchemaValidated } from '../../src/http/schemas/extract-schema.ts';
import { FileV2, FileV2Page } from '../../src/http/schemas/file.ts';
import { JobDataPoint, JobDataPointPage } from '../../src/http/schemas/job-data-point.ts';
import { ParseJob, ParseJobDeleted, ParseJobPage, ParseVersions } from '../../src/http/schemas/parse-job.ts';
import { ParseResult } from '../../src/http/schemas/parse-result.ts';
import { PresignedUrl } from '../../src/http/schemas/presigned-url.ts';
import { ProjectV1, ProjectV1List, ProjectV2, ProjectV2Page } from '../../src/http/schemas/project.ts';
import { WebhookConfig, WebhookConfigList } from '../../src/http/schemas/webhook-config.ts';
import { WebhookDelivery, WebhookDeliveryPage } from '../../src/http/schemas/webhook-delivery.ts';
import { parseDateTime } from '../../src/http/validation/date-time.ts';
import { isJsonObject, type JsonSchema } from '../../src/http/validation/json-schema.ts';

/** Every body that the server answers with, by the name of its schema. */
export const RESPONSES = {
  Batch,
  BatchPage,
  Configuration,
  ConfigurationCreateBody,
  ConfigurationPage,
  Directory,
  DirectoryFile,
  DirectoryFilePage,
  DirectoryPage,
  ErrorBody,
  ExtractJob,
  ExtractJobDeleted,
  ExtractJobPage,
  ExtractSchemaValidated,
  FileV2,
  FileV2Page,
  HTTPValidationError,
  JobDataPoint,
  JobDataPointPage,
  ParseJob,
  ParseJobDeleted,
  ParseJobPage,
  ParseResult,
  ParseVersions,
  PresignedUrl,
  ProjectV1,
  ProjectV1List,
  ProjectV2,
  ProjectV2Page,
  WebhookConfig,
  WebhookConfigList,
  WebhookDelivery,
  WebhookDeliveryPage,
} as const satisfies Record<string, TSchema>;

export type ResponseName = keyof typeof RESPONSES;

const DOCUMENT = 'sheaf';

/**
 * Every way in which an answer differs from its schema, one line each; empty when it conforms. A field that the
 * schema does not name is a difference too: what we add to the contract must be written down. Checked with Ajv,
 * which shares no code with the server's own validation.
 */
export function violations(name: ResponseName, body: unknown): string[] {
  const validate = validatorOf(name);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params, keyword }) => {
    const what = keyword === 'additionalProperties' ? `: ${String(params.additionalProperty)}` : '';
    return `${name}${instancePath} ${message ?? keyword}${what}`;
  });
}

const validators = new Map<ResponseName, ValidateFunction>();
let ajv: Ajv2020 | undefined;

function validatorOf(name: ResponseName): ValidateFunction {
  ajv ??= loadSchemas();
  const validator = validators.get(name) ?? ajv.compile({ $ref: `${DOCUMENT}#/responses/${name}` });
  validators.set(name, validator);
  return validator;
}

function loadSchemas(): Ajv2020 {
  const loaded = new Ajv2020({ allErrors: true, strict: false });
  loaded.addFormat('date-time', (text: string) => text.endsWith('Z') && parseDateTime(text) !== undefined);
  loaded.addFormat('uuid', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  loaded.addFormat('uri', (text: string) => URL.canParse(text));
  const components = new ComponentCollector();
  const responses = Object.fromEntries(
    Object.entries(RESPONSES).map(([name, schema]) => [name, components.name(schema as JsonSchema)]),
  );
  const document = components.place({ $id: DOCUMENT, responses });
  loaded.addSchema(closed(document) as Record<string, unknown>);
  return loaded;
}

/** The schema with every object closed that names its fields and does not say that it is open. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (!isJsonObject(node)) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const open = 'additionalProperties' in node || !('properties' in node) || node.type !== 'object';
  return open ? inner : { ...inner, additionalProperties: false };
}

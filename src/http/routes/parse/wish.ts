import { SheafError, validationError, type ValidationIssue } from '../../../errors.ts';
import type { JobSource, NewParseJob } from '../../../services/create-parse-job.ts';
import { ParseJobConfiguration, type ParseCreateBody } from '../../schemas/parse-parameters.ts';
import { issueAt } from '../../validation/issue.ts';
import { createValidator } from '../../validation/validator.ts';
import { readJsonField } from '../../multipart/json-field.ts';

const MAX_TAGS = 50;
const MAX_TAG_KEY = 100;
const MAX_TAG_VALUE = 1000;

/** The job that a body or form describes, apart from its document. @throws a 422 for too many or too long tags */
export function readWish(given: ParseCreateBody): NewParseJob {
  const {
    configuration_id,
    user_metadata,
    file_id: _file,
    source_url: _url,
    http_proxy: _proxy,
    ...options
  } = given;
  const issues = tagIssues(user_metadata ?? {});
  if (issues.length > 0) throw validationError(...issues);
  return {
    configurationId: configuration_id ?? null,
    userMetadata: user_metadata ?? null,
    options,
  };
}

/** Contract 7.2 says that there are limits and not which. */
function tagIssues(tags: Readonly<Record<string, string>>): ValidationIssue[] {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) {
    return [
      {
        type: 'too_long',
        loc: ['body', 'user_metadata'],
        msg: `user_metadata may have at most ${MAX_TAGS} entries`,
      },
    ];
  }
  return entries.flatMap(([key, value]) => {
    const loc = ['body', 'user_metadata', key.slice(0, MAX_TAG_KEY)];
    if (key.length > MAX_TAG_KEY) {
      return [{ type: 'string_too_long', loc, msg: `A key may have at most ${MAX_TAG_KEY} characters` }];
    }
    if (value.length > MAX_TAG_VALUE) {
      return [{ type: 'string_too_long', loc, msg: `A value may have at most ${MAX_TAG_VALUE} characters` }];
    }
    return [];
  });
}

/** A proxy beside a file is ignored, as the contract has it. @throws a 422 unless exactly one source is given */
export function readSource({ file_id, source_url, http_proxy }: ParseCreateBody): JobSource {
  if (file_id && source_url) {
    const msg = 'file_id and source_url exclude each other: pass one of them';
    throw validationError({ type: 'value_error', loc: ['body', 'source_url'], msg });
  }
  if (file_id) return { fileId: file_id };
  if (!source_url) {
    throw validationError({
      type: 'missing',
      loc: ['body', 'file_id'],
      msg: 'Field required: pass file_id, or source_url for a document at an address',
    });
  }
  if (!URL.canParse(source_url)) {
    throw validationError(
      issueAt(['body', 'source_url'], { type: 'url_parsing', msg: 'Input should be a valid URL' }, undefined),
    );
  }
  return { url: source_url, proxy: http_proxy ?? null };
}

const configurationValidator = createValidator(ParseJobConfiguration, 'body');

/** The `configuration` field of an upload: the same options as JSON text. @throws a 422; see {@link asBadConfiguration} */
export function readConfiguration(text: string): NewParseJob {
  const configuration = readJsonField(configurationValidator, text, ['body']);
  if (!configuration.ok) throw validationError(...configuration.issues);
  return readWish(configuration.value);
}

/** What is wrong with the configuration inside an upload is told as 400 in words (contract 1.4), not as a 422 list. */
export function asBadConfiguration(error: unknown): unknown {
  if (!(error instanceof SheafError) || !error.issues) return error;
  const { issues } = error;
  const lines = issues.map(({ loc, msg }) => `${loc.slice(1).join('.') || 'configuration'}: ${msg}`);
  const count = `${issues.length} validation ${issues.length === 1 ? 'error' : 'errors'}`;
  return new SheafError('INVALID_REQUEST', `Invalid configuration: ${count}\n${lines.join('\n')}`, {
    cause: error,
  });
}

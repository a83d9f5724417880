import type { FastifyInstance } from 'fastify';

import { validationError } from '../errors.ts';
import { jsonLimitIssue } from './validation/json-limits.ts';
import { mayHoldUnstorableText, unstorableTexts } from './validation/storable-text.ts';

/**
 * Reads `application/json` bodies. Differs from Fastify's own reader in four ways:
 * - an empty body is no body: the Python SDK sends the content type without one (contract 13.7);
 * - a body that is not JSON is a 422 in the contract's shape;
 * - what is nested too deep, and numbers that are beyond those of the machine, are refused;
 * - strings that the database could not keep are refused here, before they fail there.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    if (bytes.length === 0) {
      done(null, undefined);
      return;
    }
    const text = decodeUtf8(bytes);
    if (text === undefined) {
      done(notJson('it is not UTF-8'), undefined);
      return;
    }
    void parseJson(request, text, (error, body: unknown) => {
      if (error) done(notJson(reasonOf(error)), undefined);
      else done(storabilityError(text, body), body);
    });
  });
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function storabilityError(text: string, body: unknown): Error | null {
  const beyond = jsonLimitIssue(body, ['body']);
  if (beyond) return validationError(beyond);
  if (!mayHoldUnstorableText(text)) return null;
  const issues = [...unstorableTexts(body, ['body'])];
  return issues.length === 0 ? null : validationError(...issues);
}

/** The parser's own message quotes the body, which may hold secrets; only the position is passed on. */
function reasonOf(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  const position = / at position (\d+)/.exec(cause.message)?.[1];
  return position === undefined ? 'it does not parse' : `it does not parse at position ${position}`;
}

function notJson(reason: string): Error {
  return validationError({
    type: 'json_invalid',
    loc: ['body'],
    msg: 'JSON decode error',
    ctx: { error: `The body is not valid JSON: ${reason}` },
  });
}

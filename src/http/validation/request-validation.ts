import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';

import { notFound, validationError, type ValidationIssue } from '../../errors.ts';
import { createValidator, type Validator } from './validator.ts';

interface RequestValidators {
  readonly params?: Validator<unknown>;
  readonly query?: Validator<unknown>;
  readonly body?: Validator<unknown>;
}

/**
 * Checks path, query and body of every route against `schema.params`, `schema.querystring` and `schema.body`.
 * Fastify itself would stop at the first part that fails; here one answer names the problems of all three.
 */
export function validateRequests(app: FastifyInstance): void {
  app.setValidatorCompiler(() => () => true);
  const ours = new WeakSet<object>();
  app.addHook('onRoute', (route) => {
    const existing = route.preValidation === undefined ? [] : [route.preValidation].flat();
    // The HEAD route that Fastify makes of a GET comes by here with the hook of the GET already on it.
    if (existing.some((hook) => ours.has(hook))) return;
    const validators = validatorsOf(route);
    if (!validators.params && !validators.query && !validators.body) return;
    const hook = async (request: FastifyRequest): Promise<void> => validateRequest(request, validators);
    ours.add(hook);
    route.preValidation = [...existing, hook];
  });
}

function validatorsOf(route: RouteOptions): RequestValidators {
  const { params, querystring, body } = route.schema ?? {};
  return {
    ...(params !== undefined && { params: createValidator(params as TSchema, 'path') }),
    ...(querystring !== undefined && { query: createValidator(querystring as TSchema, 'query') }),
    ...(body !== undefined && { body: createValidator(body as TSchema, 'body') }),
  };
}

function validateRequest(request: FastifyRequest, validators: RequestValidators): void {
  // An empty id arrives when a client was given an empty string; the collection must not answer for it.
  if (Object.values(request.params as Record<string, string>).includes('')) throw notFound('Resource');

  const issues: ValidationIssue[] = [];
  const valid = <T>(validator: Validator<T> | undefined, value: unknown, keep: (value: T) => void): void => {
    const validated = validator?.(value);
    if (validated?.ok) keep(validated.value);
    else if (validated) issues.push(...validated.issues);
  };
  valid(validators.params, request.params, (value) => (request.params = value));
  valid(validators.query, request.query, (value) => (request.query = value));
  valid(validators.body, request.body, (value) => (request.body = value));
  if (issues.length > 0) throw validationError(...issues);
}

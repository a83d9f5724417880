import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../crash/random.ts';
import { bodySchema, brokenBodies, changedBodies } from './bad-bodies.ts';
import { formCases, validForm } from './bad-forms.ts';
import { badPaths } from './bad-paths.ts';
import { queryCases } from './bad-queries.ts';
import { pathOf, type Case, type ValidRequest } from './cases.ts';
import { contractBreaches, createBodyCheck, namesPlace } from './check-answer.ts';
import { completed, findOperation, publishedSurface, type Description } from './description.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { referenceCases } from './references.ts';
import type { WireAnswer } from './send.ts';
import { jsonOf, openSite, type Site, type Tenant } from './site.ts';

/**
 * Every core operation against the published surface, or against the server's own description where the surface is
 * not beside the repository: valid requests are answered as described, and every way to get a request wrong is
 * answered in the contract's words, never with 5xx or 409.
 */
const SEED = 20_260_910;
let site: Site;
let description: Description;
let checkBody: ReturnType<typeof createBodyCheck>;
const byStatus = new Map<number, number>();

beforeAll(async () => {
  site = await openSite();
  const surface = publishedSurface();
  if (!surface) console.log('The published surface is not here: the server is held to its own description');
  description = surface ? completed(surface, site.description) : site.description;
  checkBody = createBodyCheck(description);
});

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  const counts = [...byStatus].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  const total = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${total} requests (seed ${SEED}) — ${counts.join(', ')}`);
});

test('the server has every core operation', () => {
  const missing = OPERATIONS.filter(({ method, path }) => !findOperation(site.description, method, path));
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test.each(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s',
  async (_, operation) => {
    const problems: string[] = [];
    for await (const one of casesOf(operation)) {
      const answer = await send(one);
      problems.push(...problemsOf(operation, one, answer));
    }
    expect(problems).toEqual([]);
  },
);

async function send({ request, withoutKey }: Case): Promise<WireAnswer> {
  const headers = withoutKey ? { authorization: '', ...request.headers } : request.headers;
  const answer = await site.ours.send({ ...request, headers });
  byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
  return answer;
}

function problemsOf(operation: Operation, one: Case, answer: WireAnswer): string[] {
  const { status, text } = answer;
  const problems = contractBreaches(answer);
  if (one.expected && !one.expected.includes(status))
    problems.push(`answers ${status}, not ${one.expected.join('/')}`);
  else if (status === 422 && one.place && !namesPlace(text, one.place))
    problems.push(`does not name ${one.place.join('.')}`);
  if (status < 300) {
    const { newer } = operation;
    const differences = checkBody(operation.method, operation.path, answer);
    problems.push(...differences.filter((line) => !newer?.test(line)));
  }
  return problems.map((problem) => `${one.what}: ${problem} — ${text.slice(0, 200)}`);
}

async function makeValid(
  operation: Operation,
  tenant: Tenant,
): Promise<ValidRequest & { bodies: readonly unknown[] }> {
  const ids = (await operation.ids?.(tenant)) ?? {};
  const bodies = (await operation.bodies?.(tenant, ids)) ?? [];
  const content = operation.form
    ? validForm(operation.form)
    : bodies.length > 0
      ? jsonOf(bodies[0])
      : { headers: {} };
  return { ids, bodies, query: operation.query ?? {}, ...content };
}

/** One that no request has used up. */
function requestOf(operation: Operation, valid: ValidRequest): Case['request'] {
  const { method, path } = operation;
  return { ...valid, method, path: pathOf(path, valid.ids, valid.query) };
}

async function* casesOf(operation: Operation): AsyncGenerator<Case> {
  const valid = await makeValid(operation, site.ours);
  yield* ownershipCases(operation, valid);
  yield* referenceCases(operation, valid, site);
  for (const one of requestCases(operation, valid)) yield await renewed(operation, one, valid);
  const last = await makeValid(operation, site.ours);
  yield { what: 'valid', request: requestOf(operation, last), expected: [operation.success] };
}

function* requestCases(
  operation: Operation,
  valid: ValidRequest & { readonly bodies: readonly unknown[] },
): Generator<Case> {
  const described = findOperation(description, operation.method, operation.path);
  if (!described) throw new Error('the description lacks this operation');
  const parts = { bodies: valid.bodies, description, random: createRandom(SEED) };
  yield* badPaths(operation, valid);
  yield* queryCases(operation, described, valid, description);
  const schema = bodySchema(described);
  if (schema && valid.bodies.length > 0) {
    yield* brokenBodies(operation, valid);
    yield* changedBodies(operation, schema, valid, parts);
  }
  if (operation.form) yield* formCases({ ...operation, form: operation.form }, valid, parts);
}

/** For an operation that uses up what it names: the same request about something new. */
async function renewed(operation: Operation, one: Case, valid: ValidRequest): Promise<Case> {
  if (!operation.consumes || one.expected?.includes(operation.success) === false) return one;
  const fresh = await makeValid(operation, site.ours);
  let path = one.request.path;
  let body = one.request.body;
  for (const [name, id] of Object.entries(valid.ids)) {
    path = path.replace(id, fresh.ids[name] ?? '');
    if (typeof body === 'string') body = body.replace(id, fresh.ids[name] ?? '');
  }
  return { ...one, request: { ...one.request, path, ...(body !== undefined && { body }) } };
}

/** Without a key, with a wrong one, about another project's things, and about things that are gone. */
async function* ownershipCases(operation: Operation, valid: ValidRequest): AsyncGenerator<Case> {
  const request = requestOf(operation, valid);
  yield { what: 'no key', request, withoutKey: true, expected: [401] };
  const strange = { ...request.headers, authorization: 'Bearer llx-unknown' };
  yield { what: 'a wrong key', request: { ...request, headers: strange }, expected: [401] };
  if (!operation.ids) return;
  const theirs = await makeValid(operation, site.theirs);
  const about = requestOf(operation, { ...valid, ids: theirs.ids });
  yield { what: "another project's", request: about, expected: [404] };
  if (!operation.remove) return;
  const gone = await makeValid(operation, site.ours);
  for (const [method, path] of operation.remove) {
    await site.ours.send({ method, path: pathOf(path, gone.ids, '') });
  }
  yield { what: 'deleted', request: requestOf(operation, gone), expected: [404] };
}

import type { Random } from '../crash/random.ts';
import { changedValues } from './bad-values.ts';
import { pathOf, type Case, type ValidRequest } from './cases.ts';
import type { Description } from './description.ts';
import type { Operation } from './operation.ts';
import { formOf, type WireRequest } from './send.ts';
import { jsonOf } from './site.ts';

const FILE = { name: 'letter.txt', text: 'Dear all' };
const MAX_CHANGES = 60;

type Form = NonNullable<Operation['form']>;

/** The operation's form as it should be. */
export function validForm(form: Form): Pick<WireRequest, 'headers' | 'body'> {
  return formOf(form.fields, { field: form.file, ...FILE });
}

/** Forms without a file, with the wrong one, with bad fields, cut off, or that are no forms. */
export function* formCases(
  operation: Operation & { readonly form: Form },
  valid: ValidRequest,
  { description, random }: { description: Description; random: Random },
): Generator<Case> {
  const { method, success, form } = operation;
  const path = pathOf(operation.path, valid.ids, valid.query);
  const as = (what: string, sent: Partial<WireRequest>, expected?: readonly number[]): Case => ({
    what,
    request: { method, path, headers: {}, ...sent },
    ...(expected && { expected }),
  });
  const file = { field: form.file, ...FILE };
  const whole = validForm(form);
  yield as('valid', whole, [success]);
  yield as('no file', formOf(form.fields), [422]);
  yield as('the file under another name', formOf(form.fields, { ...file, field: 'file[0]' }), [422]);
  yield as('a text for a file', formOf({ ...form.fields, [form.file]: 'text' }), [422]);
  yield as('an empty file', formOf(form.fields, { ...file, text: '' }));
  yield as('an unknown field', formOf({ ...form.fields, x_not_there: '1' }, file), [success, 422]);
  for (const name of [
    '',
    '.',
    '..',
    '/',
    '../../etc/passwd',
    'ä'.repeat(2_000),
    'a'.repeat(4_000),
    '\u{1F4C4}.pdf',
  ]) {
    yield as(`a file called ${name.slice(0, 20)}`, formOf(form.fields, { ...file, name }));
  }
  for (const field of Object.keys(form.fields)) {
    for (const text of [
      '',
      '\0',
      '[',
      'null',
      '{"a":"\\u0000"}',
      '{"a":"\\ud800"}',
      '7',
      'x'.repeat(200_000),
    ]) {
      yield as(`${field} = ${text.slice(0, 20)}`, formOf({ ...form.fields, [field]: text }, file));
    }
  }
  const text = String(whole.body);
  yield as('a form cut off', { ...whole, body: text.slice(0, 60) }, [400, 422]);
  for (const missing of [3, 5, 20, 45]) {
    yield as(
      `a form without its last ${missing} characters`,
      { ...whole, body: text.slice(0, -missing) },
      [400, 422],
    );
  }
  yield as('a form that is empty', { ...whole, body: '' }, [400, 422]);
  yield as('no form', { ...whole, body: 'nonsense' }, [400, 422]);
  yield as('no boundary', { ...whole, headers: { 'content-type': 'multipart/form-data' } }, [400, 415, 422]);
  yield as('JSON', jsonOf({}), [415, 422]);
  yield as('nothing', {}, [415, 422]);
  if (form.json) yield* jsonFieldCases(form, form.json, as, { description, random });
}

/** A field that holds JSON: what its schema forbids is a 400 in words (contract 8.1). */
function* jsonFieldCases(
  form: Form,
  { field, schema: name }: NonNullable<Form['json']>,
  as: (what: string, sent: Partial<WireRequest>, expected?: readonly number[]) => Case,
  { description, random }: { description: Description; random: Random },
): Generator<Case> {
  const schema = description.components.schemas[name];
  if (!schema) return;
  const value: unknown = JSON.parse(form.fields[field] ?? '{}');
  const changes = random.shuffle([...changedValues(schema, value, description)]).slice(0, MAX_CHANGES);
  for (const { path, what, verdict, value: changed } of changes) {
    const sent = formOf({ ...form.fields, [field]: JSON.stringify(changed) }, { field: form.file, ...FILE });
    yield as(`${[field, ...path].join('.')}: ${what}`, sent, verdict === 'bad' ? [400] : undefined);
  }
}

import { expect, test } from 'vitest';
import { endpointHost, readWebhookEndpoint } from './webhook-endpoint.ts';

const URL_FIELD = { webhook_url: 'https://example.com/hook' };

test('an endpoint has defaults, and null is as good as absent', () => {
  const endpoint = {
    url: 'https://example.com/hook',
    headers: null,
    signingSecret: null,
    events: null,
    outputFormat: 'string',
  };
  const nulls = {
    webhook_headers: null,
    webhook_signing_secret: '',
    webhook_events: null,
    webhook_output_format: null,
  };
  expect(readWebhookEndpoint(URL_FIELD, [])).toEqual({ endpoint });
  expect(readWebhookEndpoint({ ...URL_FIELD, ...nulls }, [])).toEqual({ endpoint });
});

test.each<[object, (string | number)[], string]>([
  [{ webhook_url: null }, ['webhook_url'], 'missing'],
  [{ webhook_url: 'ftp://example.com' }, ['webhook_url'], 'url_parsing'],
  [{ webhook_url: 'example.com' }, ['webhook_url'], 'url_parsing'],
  [{ webhook_url: `https://example.com/${'x'.repeat(2048)}` }, ['webhook_url'], 'string_too_long'],
  [{ webhook_events: [] }, ['webhook_events'], 'too_short'],
  [{ webhook_events: [1] }, ['webhook_events'], 'list_type'],
  [{ webhook_output_format: 'xml' }, ['webhook_output_format'], 'enum'],
  [{ webhook_signing_secret: 'x'.repeat(1025) }, ['webhook_signing_secret'], 'string_too_long'],
  [{ webhook_headers: ['a'] }, ['webhook_headers'], 'dict_type'],
  [
    { webhook_headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`x${i}`, ''])) },
    ['webhook_headers'],
    'too_long',
  ],
  [{ webhook_headers: { a: 'x'.repeat(9000) } }, ['webhook_headers'], 'too_long'],
])('a bad field is named: %j', (fields, place, type) => {
  const read = readWebhookEndpoint({ ...URL_FIELD, ...fields }, ['body', 3]);
  expect(read).toEqual({ issues: [expect.objectContaining({ type, loc: ['body', 3, ...place] })] });
});

test.each([
  'Host',
  'content-length',
  'Transfer-Encoding',
  'CONNECTION',
  'LC-Signature',
  'x-sheaf-signature',
  'X-Webhook-Event-ID',
  'X-Webhook-Whatever',
  'bad name',
  '',
])('the header %j is refused by its name', (name) => {
  const read = readWebhookEndpoint(
    { ...URL_FIELD, webhook_headers: { ok: 'fine', [name]: 'secret-value' } },
    [],
  );
  expect(read).toEqual({
    issues: [
      expect.objectContaining({
        loc: ['webhook_headers', name],
        msg: expect.stringContaining(name) as string,
      }),
    ],
  });
  expect(JSON.stringify(read)).not.toContain('secret-value');
});

test.each(['a\r\nHost: b', 'a\0', '日本'])('the value %j is refused', (value) => {
  expect(readWebhookEndpoint({ ...URL_FIELD, webhook_headers: { 'X-A': value } }, [])).toHaveProperty(
    'issues',
  );
});

test('an endpoint is known by host and port', () => {
  expect(endpointHost('https://user@Example.com:443/a')).toBe('example.com');
  expect(endpointHost('http://example.com:8080/b?c')).toBe('example.com:8080');
});

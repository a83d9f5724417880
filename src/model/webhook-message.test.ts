import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { webhookBody, webhookHeaders } from './webhook-message.ts';

const event = {
  id: 'evt-1-success',
  type: 'parse.success',
  payload: {
    event_id: 'evt-1-success',
    event_type: 'parse.success',
    timestamp: 1789027200.5,
    data: { id: 'pjb-1' },
  },
};
const JSON_BODY =
  '{"event_id":"evt-1-success","event_type":"parse.success","timestamp":1789027200.5,"data":{"id":"pjb-1"}}';

test('a body is the object, or by default a JSON string that holds it', () => {
  expect(webhookBody(event, 'json')).toBe(JSON_BODY);
  expect(webhookBody(event, 'string')).toBe(JSON.stringify(JSON_BODY));
});

test('both signatures are over the raw body, one with the time', () => {
  const body = 'żółć';
  const headers = webhookHeaders(event, body, { headers: null, signingSecret: 'whsec' }, 1789027201);
  const hmac = (text: string) => createHmac('sha256', 'whsec').update(Buffer.from(text)).digest('hex');
  expect(headers).toEqual({
    'Content-Type': 'application/json',
    'User-Agent': 'llamaindex-webhook-service/1.0',
    'X-Webhook-Event-ID': 'evt-1-success',
    'X-Webhook-Event-Type': 'parse.success',
    'LC-Signature': `sha256=${hmac(body)}`,
    'X-Sheaf-Signature': `t=1789027201,v1=${hmac(`1789027201.${body}`)}`,
  });
});

test('without a secret nothing is signed; custom headers win over what may be replaced', () => {
  const headers = { 'content-type': 'application/x', 'User-agent': 'me', 'X-Team': 'a' };
  expect(webhookHeaders(event, '', { headers, signingSecret: null }, 1)).toEqual({
    ...headers,
    'X-Webhook-Event-ID': 'evt-1-success',
    'X-Webhook-Event-Type': 'parse.success',
  });
});

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failedAnswer } from '../../model/failed-answer.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../../model/port.ts';
import { temporaryDirectory } from '../fixtures/sample-documents.ts';
import { Deadline } from './deadline.ts';
import { ModelDesk } from './model-desk.ts';

const YES: ModelAnswer = { ok: true, text: 'Yes.', finishReason: 'stop' };
const QUESTION: ModelRequest = { parts: [{ type: 'text', text: 'Well?' }] };

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

/** A model that answers when it is told to, or when it is stopped. */
function heldModel(timeoutMs: number) {
  const answers: (() => void)[] = [];
  const client: ModelClient = {
    name: 'held',
    concurrency: 4,
    timeoutMs,
    complete: (_request, signal) =>
      new Promise((resolve) => {
        answers.push(() => resolve(YES));
        if (signal.aborted) resolve(failedAnswer('cancelled'));
        signal.addEventListener('abort', () => resolve(failedAnswer('cancelled')), { once: true });
      }),
  };
  return { client, answers };
}

function openDesk(client: ModelClient | undefined, ownMs = 10_000) {
  const replies: string[] = [];
  let expired = false;
  const deadline = new Deadline(ownMs, () => (expired = true));
  const desk = new ModelDesk({
    client,
    directory,
    deadline,
    reply: (id, answer) => replies.push(`${id}: ${answer.ok ? answer.text : answer.code}`),
  });
  deadline.run();
  return { desk, deadline, replies, isExpired: () => expired };
}

test('the document’s own clock stands still while the model is waited for', async () => {
  const { client, answers } = heldModel(60_000);
  const { desk, deadline, replies, isExpired } = openDesk(client, 300);
  // One after the other: which of two is asked first is open.
  const first = desk.take(1, QUESTION);
  await expect.poll(() => answers.length).toBe(1);
  const second = desk.take(2, QUESTION);
  await expect.poll(() => answers.length).toBe(2);
  const spent = deadline.spentMs;
  const started = Date.now();
  await expect.poll(() => Date.now() - started).toBeGreaterThan(400);
  answers[0]?.();
  await first;
  expect([deadline.spentMs, isExpired()]).toEqual([spent, false]);
  answers[1]?.();
  await second;
  expect(replies).toEqual(['1: Yes.', '2: Yes.']);
  await expect.poll(isExpired).toBe(true);
  desk.close();
});

test('waiting ends as well: open and later questions are told so', async () => {
  const { client, answers } = heldModel(10);
  const { desk, deadline, replies } = openDesk(client);
  await desk.take(1, QUESTION);
  await desk.take(2, QUESTION);
  expect(answers).toHaveLength(1);
  expect(replies).toEqual(['1: time_over', '2: time_over']);
  const spent = deadline.spentMs;
  await expect.poll(() => deadline.spentMs).toBeGreaterThan(spent);
  deadline.pause();
});

test('a closed desk stops what is open and replies to nothing', async () => {
  const { client, answers } = heldModel(60_000);
  const { desk, deadline, replies } = openDesk(client);
  const taken = desk.take(1, QUESTION);
  await expect.poll(() => answers.length).toBe(1);
  desk.close();
  await taken;
  expect(replies).toEqual([]);
  deadline.pause();
});

test('only pictures of the child’s own directory are sent', async () => {
  const { client } = heldModel(60_000);
  const seen: ModelRequest[] = [];
  const answering: ModelClient = {
    ...client,
    complete: async (request) => {
      seen.push(request);
      return YES;
    },
  };
  const own = join(directory, 'own');
  mkdirSync(own);
  writeFileSync(join(own, 'page.png'), 'x');
  writeFileSync(join(directory, 'secret.png'), 'x');
  symlinkSync(join(directory, 'secret.png'), join(own, 'link.png'));
  const { deadline, replies } = openDesk(undefined);
  const desk = new ModelDesk({
    client: answering,
    directory: own,
    deadline,
    reply: (id, answer) => replies.push(`${id}: ${answer.ok ? answer.text : answer.code}`),
  });
  const names = ['page.png', '../secret.png', 'link.png', 'none.png'];
  for (const [index, name] of names.entries()) {
    await desk.take(index, { parts: [{ type: 'image', mediaType: 'image/png', path: join(own, name) }] });
  }
  await desk.take(4, {} as ModelRequest);
  expect(replies).toEqual([
    '0: Yes.',
    '1: bad_picture',
    '2: bad_picture',
    '3: bad_picture',
    '4: bad_request',
  ]);
  expect(seen).toHaveLength(1);
  desk.close();
  deadline.pause();
});

test('without a model, a question is told so', async () => {
  const { desk, deadline, replies } = openDesk(undefined);
  await desk.take(7, QUESTION);
  expect(replies).toEqual(['7: no_model']);
  deadline.pause();
});

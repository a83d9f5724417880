import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { cueBlocks } from './reader.ts';

test('WebVTT is told by its content; speakers are named where they change', async () => {
  const text =
    'WEBVTT\n\nNOTE not shown\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Ann>Hello\nthere</v>\n\n00:02.000 --> 00:03.000\n<v Ann>Still <i>me</i> &amp; co\n\n' +
    '00:03.000 --> 00:04.000\n<v.loud Bob>No!\n';
  const { pages } = await readDocument(Buffer.from(text));
  expect(pages[0]?.markdown).toBe('**Ann:** Hello there\n\nStill *me* & co\n\n**Bob:** No!');
});

test('SubRip is read the same way', () => {
  expect(
    cueBlocks('1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<b>One</b>\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo'),
  ).toMatchObject([{ content: { md: '**One**' } }, { content: { md: 'Two' } }]);
});

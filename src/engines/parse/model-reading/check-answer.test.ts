import { expect, test } from 'vitest';
import type { ReadPage } from '../../../model/document.ts';
import type { FinishReason } from '../../model/port.ts';
import { checkAnswer } from './check-answer.ts';

const PROSE =
  'Every morning the keeper climbed the tower, trimmed the lamp, wrote the weather into his book and counted the ' +
  'boats that lay in the bay below, of which there were seldom more than nine.';

function pageOf(text: string, change: Partial<ReadPage> = {}): ReadPage {
  return {
    success: true,
    pageNumber: 1,
    width: 600,
    height: 800,
    source: 'text_layer',
    text,
    markdown: text,
    items: [],
    ...change,
  };
}

function check(
  text: string,
  page = pageOf(PROSE),
  finishReason: FinishReason = 'stop',
  hasCustomPrompt = false,
) {
  const checked = checkAnswer({ ok: true, text, finishReason }, page, { hasCustomPrompt });
  return 'fallback' in checked ? checked.fallback.code : checked.markdown;
}

test.each([
  ['what the page says', PROSE, PROSE],
  ['a fence around everything goes', `\`\`\`markdown\n${PROSE}\n\`\`\``, PROSE],
  [
    'also around fenced code',
    `\`\`\`md\n${PROSE}\n\`\`\`js\nx\n\`\`\`\n\`\`\``,
    `${PROSE}\n\`\`\`js\nx\n\`\`\``,
  ],
  ['other letters and signs make no difference', PROSE.toUpperCase().replaceAll(',', ' –'), undefined],
  [
    'tags are no words',
    `<table><tr><td colspan="2">${PROSE.replaceAll(' ', '</td><td>')}</td></tr></table>`,
    undefined,
  ],
])('%s', (_what, answer, expected) => {
  expect(check(answer)).toBe(expected ?? answer);
});

test.each([
  ['nothing', '', 'empty_answer'],
  ['no text', 'NO TEXT', 'empty_answer'],
  ['half of it', PROSE.slice(0, PROSE.length / 3), 'other_words'],
  [
    'a story',
    'Once upon a time there lived a fox in a wood, who was cleverer than all others. '.repeat(3),
    'other_words',
  ],
  [
    'the page and a story',
    `${PROSE} ${'Once upon a time there lived a clever fox in a wood. '.repeat(6)}`,
    'other_words',
  ],
  ['the page over and over', `${PROSE} `.repeat(9), 'other_words'],
  ['a flood', 'word '.repeat(20_000), 'too_long'],
])('%s is no answer to a page of prose', (_what, answer, code) => {
  expect(check(answer)).toBe(code);
});

test('an answer that was cut off or refused cannot be used', () => {
  expect(check(PROSE, pageOf(PROSE), 'length')).toBe('cut_off');
  expect(check('', pageOf(PROSE), 'refusal')).toBe('refused');
});

test('text that is not trusted is no witness', () => {
  const story = 'Once upon a time there lived a fox in a wood, who was cleverer than all the others. '.repeat(
    2,
  );
  expect(check(story, pageOf(PROSE, { source: 'ocr', confidence: 0.4 }))).toBe(story.trim());
  expect(check(story, pageOf(PROSE, { source: 'ocr', confidence: 0.95 }))).toBe('other_words');
  expect(
    check(story, pageOf('Plate 7', { items: [{ type: 'image', caption: '', url: '', md: '', boxes: [] }] })),
  ).toBe(story.trim());
  expect(check(story, pageOf('Plate 7'))).toBe('other_words');
  expect(check(story, pageOf('', { source: 'empty' }))).toBe(story.trim());
});

test('scripts without blanks are compared sign by sign', () => {
  const text =
    '港湾の管理者は毎朝塔に登り、灯を整え、天気を帳面に記し、湾に停泊する船を数えた。その数は九隻を超えることはまれであった。';
  expect(check(text, pageOf(text))).toBe(text);
  expect(
    check(
      '昔々あるところに賢い狐が住んでおりました。森の獣たちはみなその狐を敬い、困ったことがあると相談に行くのでした。',
      pageOf(text),
    ),
  ).toBe('other_words');
});

test('words that the text layer glues or breaks are no other words', () => {
  expect(check(PROSE, pageOf(PROSE.replaceAll(/(\w) (\w)/g, '$1$2')))).toBe(PROSE);
  expect(check(PROSE, pageOf(PROSE.replaceAll(/(\w{3})(\w)/g, '$1-\n$2')))).toBe(PROSE);
});

test('what was to be left out may lack', () => {
  const header =
    'Proceedings of the Society of Lamps, Towers and Lights, Volume the Ninth, printed for the author in the old town';
  const short = 'Nine boats lay in the bay that evening.';
  expect(check(short, pageOf(`${header}\n${short}`, { header }))).toBe(short);
  expect(check(short, pageOf(`${header}\n${short}`))).toBe('other_words');
});

test('the owner may ask for something else', () => {
  const summary =
    'A lighthouse keeper has a quiet daily routine that this page describes in a handful of plain words, with few ships.';
  expect(check(summary, pageOf(PROSE), 'stop', true)).toBe(summary);
});

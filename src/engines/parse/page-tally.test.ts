import { expect, test } from 'vitest';
import { PageTally } from './page-tally.ts';

const fault = { pageNumber: 2, error: 'The page is torn.', isOcrFault: true };

test('a failed page is allowed up to the ratio, and the way to allow more is told', () => {
  const allowed = new PageTally(4, { allowedPageFailureRatio: 0.25, failOnImageOcrError: false });
  allowed.addFault(fault);
  expect(() => allowed.assertEnoughPages()).not.toThrow();
  allowed.addFault({ ...fault, pageNumber: 3 });
  expect(() => allowed.assertEnoughPages()).toThrow(/2 of 4 pages.*page 2.*allowed_page_failure_ratio/);
});

test('pages of attached documents fail by themselves', () => {
  const tally = new PageTally(4, { allowedPageFailureRatio: 0.05, failOnImageOcrError: false });
  tally.addFault({ ...fault, isAttached: true });
  expect(() => tally.assertEnoughPages()).not.toThrow();
  expect(tally.counts()).toMatchObject({ total: 4, failed: 1 });
});

test('where one failed OCR is too many, the option that says so is named', () => {
  const strict = new PageTally(4, { allowedPageFailureRatio: 1, failOnImageOcrError: true });
  strict.addFault({ ...fault, isOcrFault: false });
  expect(() => strict.assertEnoughPages()).not.toThrow();
  strict.addFault(fault);
  expect(() => strict.assertEnoughPages()).toThrow(/fail_on_image_ocr_error/);
});

import { Writable } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { WireBatch } from '../wire.ts';
import { createProgress, type Progress } from './progress.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** An output that keeps what is written to it. */
function outputOf(terminal: { isTTY: boolean; columns?: number }): {
  progress: Progress;
  text: () => string;
} {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return {
    progress: createProgress(Object.assign(stream, terminal) as unknown as NodeJS.WriteStream),
    text: () => text,
  };
}

function batch(
  completed: number,
  change: Partial<WireBatch['progress']> = {},
  waiting: string | null = null,
): WireBatch {
  const counts = {
    total: 10,
    pending: 0,
    running: 2,
    completed,
    failed: 0,
    cancelled: 0,
    pages: completed * 3,
  };
  return {
    id: 'bat-1',
    status: completed === 10 ? 'COMPLETED' : 'RUNNING',
    created_at: '2026-01-01T00:00:00Z',
    started_at: null,
    finished_at: null,
    waiting_reason: waiting,
    progress: { ...counts, ...change },
    results: null,
  };
}

describe('elsewhere than on a terminal', () => {
  test('a line comes with the first look, every few seconds, and with the end; never a control character', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { progress, text } = outputOf({ isTTY: false });
    for (let completed = 0; completed <= 9; completed++) {
      progress.batch(batch(completed));
      vi.setSystemTime(Date.now() + 1_000);
    }
    progress.batch(batch(10, { running: 0 }));
    progress.batch(batch(10, { running: 0 }));
    progress.end();
    expect(text().split('\n')).toEqual([
      'RUNNING 0% 0/10 files, 0 pages, 2 running',
      'RUNNING 50% 5/10 files, 15 pages, 2 running',
      'COMPLETED 100% 10/10 files, 30 pages, 0 running',
      '',
    ]);
  });

  test('a line comes when what is done changes its name', () => {
    const { progress, text } = outputOf({ isTTY: false });
    progress.upload(1, 2);
    progress.upload(2, 2);
    progress.batch(batch(1));
    expect(text().split('\n')).toEqual([
      'Uploading 50% 1/2 files',
      'Uploading 100% 2/2 files',
      'RUNNING 10% 1/10 files, 3 pages, 2 running',
      '',
    ]);
  });
});

test('failed and cancelled files count as done and are named; a reason to wait is told', () => {
  const { progress, text } = outputOf({ isTTY: false });
  progress.batch(batch(3, { failed: 2, cancelled: 1 }, 'Its files wait.'));
  expect(text()).toBe('RUNNING 60% 6/10 files, 9 pages, 2 running, 2 failed, 1 cancelled, Its files wait.\n');
});

describe('on a terminal', () => {
  test('one line is drawn over and over, and left at the end', () => {
    const { progress, text } = outputOf({ isTTY: true, columns: 100 });
    progress.batch(batch(0));
    progress.batch(batch(5));
    progress.end();
    const drawn = text().split('\r\u001B[2K');
    expect(drawn).toHaveLength(3);
    expect(drawn[1]).toContain('░'.repeat(30));
    expect(drawn[2]).toContain(`${'█'.repeat(15)}${'░'.repeat(15)} 5/10 files`);
    expect(text().split('\n')).toHaveLength(2);
  });

  test('the line is cut to the width, so that it never wraps', () => {
    const { progress, text } = outputOf({ isTTY: true, columns: 20 });
    progress.batch(batch(5));
    expect(Array.from(text().slice('\r\u001B[2K'.length))).toHaveLength(19);
  });
});

test('a batch of no files is done', () => {
  const { progress, text } = outputOf({ isTTY: false });
  progress.batch(batch(0, { total: 0 }));
  expect(text()).toMatch(/ 100% 0\/0 files/);
});

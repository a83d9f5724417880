import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from './embedded.fixture.ts';
import { isGone, isRunning, ownIdentity, programName, startTicks } from './process-table.ts';

test('a process is told apart from a later one with the same id', () => {
  const [pid, ticks, host] = ownIdentity().split('.');
  expect(isGone(`${pid}.${ticks}.${host}`)).toBe(false);
  if (process.platform === 'linux') expect(isGone(`${pid}.${Number(ticks) - 1}.${host}`)).toBe(true);
});

test('nothing is claimed about a process of another host', () => {
  expect(isGone(`${process.pid}.0.00000000`)).toBe(undefined);
});

test('a process that ended is not running', async () => {
  const child = spawn('sleep', ['600']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  expect(isRunning(pid)).toBe(true);
  // The kernel names a process a moment after it has let its parent go on.
  await waitFor('the name', () => programName(pid) === 'sleep');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(isRunning(pid)).toBe(false);
  expect(startTicks(pid)).toBe('0');
});

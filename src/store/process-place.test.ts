import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { processStart } from './process-place.ts';

test('a process that exists was started some time, and one that ended was not', async () => {
  const child = spawn('sleep', ['600']);
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(processStart(child.pid ?? 0)).toBeDefined();
  expect(processStart(child.pid ?? 0)).toBe(processStart(child.pid ?? 0));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(processStart(child.pid ?? 0)).toBeUndefined();
});

test.runIf(process.platform === 'linux')(
  'one that ended and that nobody has noticed yet is gone',
  async () => {
    // The shell becomes a program that never asks after the child it had.
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600']);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    const program = (): string => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim();
    await waitUntil(() => program() === 'sleep', 10_000, 'the shell to give way');
    expect(processStart(pid)).toBeDefined();
    process.kill(pid, 'SIGKILL');
    const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
    await waitUntil(() => stat().includes(') Z '), 10_000, 'the process to be a zombie');
    expect(processStart(pid)).toBeUndefined();
  },
);

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shortageOf } from '../../../model/shortage.ts';
import { parseDocument } from '../parse-document.ts';
import { SupervisorLine } from './ask-supervisor.ts';
import { endWithSupervisor } from './orphan-watch.ts';
import { killTree, processTree } from './process-tree.ts';
import type { ChildCommand, ChildMessage, TaskCommand, TaskKind, TaskOutcomes } from './protocol.ts';

/**
 * The program of an engine process: parses, and extracts from, one document after the other, on command. It runs hostile input, so
 * it holds no secrets, talks to nobody but its supervisor and may be killed at any moment.
 */

/** This process's own directory, made by its supervisor; also its TMPDIR and HOME. */
const directory = process.argv[2];
if (directory === undefined) throw new Error('An engine process needs its directory as its first argument.');
const ownDirectory = directory;
const scratch = join(ownDirectory, 'document');
mkdirSync(scratch);

function send(message: ChildMessage): void {
  process.send?.(message);
}

const line = new SupervisorLine((id, request) => send({ type: 'model', id, request }));

async function perform(command: TaskCommand): Promise<TaskOutcomes[TaskKind]> {
  const onExtent = (extent: { documentPages: number; askedPages: number }) =>
    send({ type: 'pages', ...extent });
  if (command.type === 'extract') {
    // Most processes only parse, and starting them must not take longer for the others.
    const { extractDocument } = await import('../../extract/extract-document.ts');
    return extractDocument(command.task, { ask: line.ask, onExtent });
  }
  return parseDocument(command.task, { scratch, ask: line.ask, onExtent });
}

async function runTask(command: TaskCommand): Promise<void> {
  process.title = `sheaf-${command.type} ${command.task.jobId}`;
  try {
    send({ type: 'done', outcome: await perform(command) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ type: 'fault', message, code: shortageOf(error) });
  } finally {
    line.hangUp();
    for (const entry of readdirSync(scratch)) rmSync(join(scratch, entry), { recursive: true, force: true });
    process.title = 'sheaf-parse idle';
  }
}

process.on('message', (command: ChildCommand) => {
  if (command.type === 'answer') line.take(command.id, command.answer);
  else void runTask(command);
});

const REMOVALS = 5;
const REMOVAL_PAUSE_MS = 20;

// The supervisor is gone, perhaps by SIGKILL. Native code may be busy on other threads for minutes, so the whole
// group ends at once; `detached` made this process its leader.
process.on('disconnect', () => {
  // What this process started, such as an office program, must not write while its directory is removed.
  for (const pid of processTree(process.pid).slice(1)) killTree(pid);
  try {
    removeOwnDirectory();
  } finally {
    endGroup();
  }
});

/** Native code on another thread may be making a file at this very moment: it is looked again a little later. */
function removeOwnDirectory(): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < REMOVALS && existsSync(ownDirectory); tries += 1) {
    rmSync(ownDirectory, { recursive: true, force: true, maxRetries: 3 });
    Atomics.wait(clock, 0, 0, REMOVAL_PAUSE_MS);
  }
}

function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } finally {
    process.exit(1);
  }
}

send({ type: 'ready' });
endWithSupervisor(ownDirectory);

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from '../parse-document.ts';
import { killTree, processTree } from './process-tree.ts';
import type { ChildCommand, ChildMessage, DocumentTask } from './protocol.ts';

/**
 * The program of an engine process: parses one document after the other, on command. It runs hostile input, so
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

async function runTask(task: DocumentTask): Promise<void> {
  process.title = `sheaf-parse ${task.jobId}`;
  try {
    const outcome = await parseDocument(task, scratch, (extent) => send({ type: 'pages', ...extent }));
    send({ type: 'done', outcome });
  } catch (error) {
    send({ type: 'fault', message: error instanceof Error ? error.message : String(error) });
  } finally {
    for (const entry of readdirSync(scratch)) rmSync(join(scratch, entry), { recursive: true, force: true });
    process.title = 'sheaf-parse idle';
  }
}

process.on('message', (command: ChildCommand) => {
  void runTask(command.task);
});

// The supervisor is gone, perhaps by SIGKILL. Native code may be busy on other threads for minutes, so the whole
// group ends at once; `detached` made this process its leader.
process.on('disconnect', () => {
  // What this process started, such as an office program, must not write while its directory is removed.
  for (const pid of processTree(process.pid).slice(1)) killTree(pid);
  try {
    rmSync(ownDirectory, { recursive: true, force: true, maxRetries: 3 });
  } finally {
    endGroup();
  }
});

function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } finally {
    process.exit(1);
  }
}

send({ type: 'ready' });

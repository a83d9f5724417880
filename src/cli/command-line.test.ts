import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommandLine } from './command-line.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sheaf-words-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command line, and keeps what it printed. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  let output = '';
  let errors = '';
  vi.spyOn(console, 'log').mockImplementation(
    (...words: unknown[]) => void (output += `${words.join(' ')}\n`),
  );
  vi.spyOn(console, 'error').mockImplementation(
    (...words: unknown[]) => void (errors += `${words.join(' ')}\n`),
  );
  const code = await runCommandLine(args, environment);
  return { code, output, errors };
}

/** The address of a server that is not there. */
async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('help', () => {
  test.each([['help'], ['--help'], ['-h']])('%s lists every command and is a success', async (word) => {
    const { code, output, errors } = await run([word]);
    expect(code).toBe(0);
    for (const command of ['serve', 'batch', 'batches', 'keys', 'projects', 'organizations'])
      expect(output).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(errors).toBe('');
  });

  test.each(['serve', 'batch', 'batches', 'keys', 'projects', 'organizations'])(
    '%s --help shows its usage, whatever else was said',
    async (command) => {
      const { code, output } = await run([command, '--nonsense', '--help']);
      expect(code).toBe(0);
      expect(output).toMatch(new RegExp(`^Usage: sheaf ${command} `));
    },
  );
});

describe('words that are not understood exit with 2, say why and how it is said:', () => {
  test('none at all', async () => {
    const { code, output } = await run([]);
    expect(code).toBe(2);
    expect(output).toMatch(/^Usage: sheaf COMMAND/);
  });

  test.each([
    [['srve'], /no command "srve"/],
    [['serve', '--prot', '1'], /--prot/],
    [['serve', 'now'], /unexpected "now"/],
    [['serve', '--port'], /--port/],
    [['batch'], /name one folder/],
    [['batch', 'one', 'two'], /name one folder/],
    [['batch', 'one', '--type', 'split'], /parse_v2 or extract_v2, not split/],
    [['batch', '/nonexistent-folder'], /nonexistent-folder cannot be read/],
    [['batches'], /list, get, cancel or export/],
    [['batches', 'delete', 'x'], /not "delete"/],
    [['batches', 'get'], /get needs a batch's id/],
    [['keys'], /say create, list or revoke/],
    [['keys', 'make'], /not "make"/],
    [['keys', 'revoke'], /needs a key or its id/],
    [['keys', 'list', 'all'], /unexpected "all"/],
    [['keys', 'list', '--name', 'x'], /--name is for create/],
    [['keys', 'revoke', 'a', 'b'], /unexpected "b"/],
    [['projects', 'create'], /create needs --name/],
    [['projects', 'create', '--name', 'a', '--max-running-jobs', '0'], /--max-running-jobs must be/],
    [['projects', 'list', '--name', 'x'], /say create or set/],
    [['projects', 'set'], /needs a project's id or name/],
    [['projects', 'set', 'x'], /set needs --name, --max-running-jobs or/],
    [['projects', 'set', 'x', '--max-running-batches', 'many'], /or server, not many/],
    [['organizations'], /say create or list/],
    [['organizations', 'create'], /create needs --name/],
    [['organizations', 'list', '--name', 'x'], /--name is for create/],
  ])('%j', async (args, why) => {
    const { code, output, errors } = await run(args);
    expect(code).toBe(2);
    expect(errors).toMatch(why);
    expect(errors).toMatch(/Usage: sheaf/);
    expect(output).toBe('');
  });

  test('a folder without files', async () => {
    await writeFile(join(folder, '.hidden'), '');
    const { code, errors } = await run(['batch', folder]);
    expect(code).toBe(2);
    expect(errors).toContain(`${folder} holds no files`);
  });

  test('a server without a key', async () => {
    const { code, errors } = await run(['batches', 'list', '--server', 'http://127.0.0.1:1']);
    expect(code).toBe(2);
    expect(errors).toMatch(/SHEAF_API_KEY/);
  });
});

test('a configuration with problems exits with 2 and names each, before anything is started', async () => {
  const { code, errors } = await run(['serve', '--port', 'x', '--data-dir', folder], {
    SHEAF_ROLE: 'boss',
    SHEAF_HSOT: '1',
  });
  expect(code).toBe(2);
  for (const problem of [/--port must be/, /SHEAF_ROLE must be/, /did you mean SHEAF_HOST/])
    expect(errors).toMatch(problem);
});

test('a failure exits with 1 and says what could not be done, without a stack', async () => {
  const url = await nobody();
  const { code, errors } = await run(['batches', 'list'], {
    SHEAF_SERVER: url,
    SHEAF_API_KEY: 'llx-some-key-of-theirs',
  });
  expect(code).toBe(1);
  expect(errors).toMatch(new RegExp(`^sheaf batches: ${url} cannot be reached: .*ECONNREFUSED`));
  expect(errors).not.toMatch(/\n\s+at /);
  expect(errors).not.toContain('llx-');
});

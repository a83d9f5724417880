import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { waitUntil } from './sheaf-server.ts';

/** A real server that speaks S3, on loopback: versitygw on a temporary directory. It checks signatures. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Undefined while it is dead. */
  readonly pid: number | undefined;
  /** A value for SHEAF_BLOB_URL. @param prefix inside the bucket; each Sheaf with a database of its own needs one */
  blobUrl(prefix?: string, parameters?: Readonly<Record<string, string>>): string;
  /** The settings of a Sheaf that keeps its blobs here. */
  settings(prefix?: string, parameters?: Readonly<Record<string, string>>): Record<string, string>;
  /** SIGKILL, and waits for the end. What it answered with success stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

const REGION = 'us-east-1';
const BUCKET = 'sheaf-test';
const CREDENTIALS = { accessKeyId: 'sheaf-test-access', secretAccessKey: 'sheaf-test-secret-of-no-worth' };

/** The program; undefined where it is not installed: such tests are skipped. */
export const S3_PROGRAM = findProgram();

/** Why tests of S3 are skipped, for their names; empty where they run. */
export const S3_SKIPPED = S3_PROGRAM ? '' : ' (skipped: versitygw is not installed, see CONTRIBUTING.md)';

/** Starts a server with an empty bucket. @throws where the program is not installed */
export async function startS3Server(): Promise<S3Server> {
  const program = S3_PROGRAM;
  if (program === undefined) throw new Error('versitygw is not installed, see CONTRIBUTING.md');
  const directory = await mkdtemp(join(tmpdir(), 'sheaf-s3-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const dying = child;
    child = undefined;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const ended = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    if (child) return;
    child = await spawnServer(program, directory, port);
    await waitUntil(() => answers(endpoint), 20_000, 'the S3 server to answer');
  };
  const close = async (): Promise<void> => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  };
  const blobUrl: S3Server['blobUrl'] = (prefix = '', parameters = {}) =>
    `s3://${BUCKET}/${prefix}?${new URLSearchParams({ endpoint, region: REGION, ...parameters }).toString()}`;

  try {
    await start();
    await createBucket(endpoint);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    endpoint,
    bucket: BUCKET,
    region: REGION,
    credentials: CREDENTIALS,
    get pid() {
      return child?.pid;
    },
    blobUrl,
    settings: (prefix, parameters) => ({
      SHEAF_BLOB_URL: blobUrl(prefix, parameters),
      SHEAF_BLOB_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      SHEAF_BLOB_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    }),
    kill,
    start,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** On PATH, or where `go install` puts it. */
function findProgram(): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), join(homedir(), 'go', 'bin')];
  return places
    .map((place) => join(place, 'versitygw'))
    .find((path) => spawnSync(path, ['--version']).status === 0);
}

/** Objects are files below `data`; what a file system may not keep beside a file, its attributes, lies in `attributes`. */
async function spawnServer(program: string, directory: string, port: number): Promise<ChildProcess> {
  const [data, attributes] = ['data', 'attributes'].map((name) => join(directory, name)) as [string, string];
  await mkdir(data, { recursive: true });
  await mkdir(attributes, { recursive: true });
  const child = spawn(
    program,
    `--port 127.0.0.1:${port} --region ${REGION} --quiet --keep-alive posix --sidecar`
      .split(' ')
      .concat(attributes, data),
    {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        ROOT_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      },
    },
  );
  // A test that dies must not leave it running.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    async (answer) => (await answer.arrayBuffer(), true),
    () => false,
  );
}

async function createBucket(endpoint: string): Promise<void> {
  const client = new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  } finally {
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}

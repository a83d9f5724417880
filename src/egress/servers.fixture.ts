import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';

/** A real server on this machine. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** Connections it has accepted so far. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
}

export async function serve(handler: RequestListener, host = '127.0.0.1'): Promise<TestServer> {
  return listen(createHttp(handler), host);
}

export async function serveTls(certificate: Certificate, handler: RequestListener): Promise<TestServer> {
  return listen(createHttps(certificate, handler), '127.0.0.1');
}

/** A server that does with connections whatever the listener does. */
export async function serveTcp(listener: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcp(listener), '127.0.0.1');
}

/** Starts listening on any server, for instance a proxy that a test made itself. */
export async function listen(server: Server, host: string): Promise<TestServer> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** In PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for one name, good for a day, that signs itself (X.509 v3 in DER, RFC 5280). */
export function makeCertificate(name: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const subject = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name))))); // CN
  const alternativeNames = sequence(der(0x82, Buffer.from(name)));
  const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    subject,
    sequence(time(-1), time(24)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('551d11', alternativeNames),
        extension('551d13', sequence(der(0x01, Buffer.from([0xff])))), // may sign: it is its own authority
      ),
    ),
  );
  return {
    cert: pem(sequence(body, algorithm, bits(signature(body, privateKey)))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function signature(body: Buffer, key: KeyObject): Buffer {
  return sign('sha256', body, key);
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const bits = (content: Buffer): Buffer => der(0x03, Buffer.concat([Buffer.from([0]), content]));
const time = (hours: number): Buffer => {
  const iso = new Date(Date.now() + hours * 3_600_000).toISOString();
  return der(0x18, Buffer.from(`${iso.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`));
};

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

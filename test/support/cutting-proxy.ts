import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between clients and a server of TCP, and cuts them off when told to. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Breaks what is open; new connections still pass. */
  breakAll(): void;
  /** Breaks what is open, and whatever comes, until {@link mend}. */
  cut(): void;
  mend(): void;
}

/** @param target host and port of the server behind it */
export async function startCuttingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (isCut) return void near.destroy();
    const far = connect(target);
    far.on('error', () => near.destroy());
    near.once('close', () => {
      far.destroy();
      open.delete(near);
    });
    far.once('close', () => near.destroy());
    open.add(near);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const near of open) near.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return open.size;
    },
    breakAll,
    cut() {
      isCut = true;
      breakAll();
    },
    mend: () => (isCut = false),
    async [Symbol.asyncDispose]() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between clients and a server of TCP, and cuts them off, or says nothing more, when told to. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Breaks what is open; new connections still pass. */
  breakAll(): void;
  /** Breaks what is open, and whatever comes, until {@link mend}. */
  cut(): void;
  /**
   * Swallows whatever is said on the connections that are open, for good, and tells neither side of the other's end, as a
   * network does that lost the way. @param next `swallow`: new connections too, until {@link mend}
   */
  swallow(next: 'swallow' | 'pass'): void;
  /** New connections pass. */
  mend(): void;
}

/** @param target host and port of the server behind it, or its Unix socket */
export async function startCuttingProxy(
  target: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<CuttingProxy> {
  const open = new Map<Socket, Socket>();
  const forgotten = new Set<Socket>();
  let comers: 'pass' | 'cut' | 'swallow' = 'pass';
  const forget = (near: Socket, far?: Socket): void => {
    open.delete(near);
    for (const side of [near, far])
      if (side) {
        side.unpipe().resume();
        forgotten.add(side);
        side.once('close', () => forgotten.delete(side));
      }
  };
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (comers === 'cut') return void near.destroy();
    if (comers === 'swallow') return forget(near);
    const far = connect(target);
    far.on('error', () => open.has(near) && near.destroy());
    near.once('close', () => open.delete(near) && far.destroy());
    far.once('close', () => open.has(near) && near.destroy());
    open.set(near, far);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const near of open.keys()) near.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return open.size;
    },
    breakAll,
    cut() {
      comers = 'cut';
      breakAll();
    },
    swallow(next) {
      comers = next;
      for (const [near, far] of open) forget(near, far);
    },
    mend: () => (comers = 'pass'),
    async [Symbol.asyncDispose]() {
      breakAll();
      for (const side of forgotten) side.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

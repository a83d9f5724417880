import type { Logger } from '../logger.ts';

/** Opens parts one after the other; when one fails, those that are open are closed again, the last first. */
export async function openParts<T>(
  logger: Logger,
  open: (closers: (() => Promise<void>)[], closeAll: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) {
      await close().catch((error: unknown) => logger.error({ err: error }, 'a part did not stop cleanly'));
    }
  };
  try {
    return await open(closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

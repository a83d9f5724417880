/** Memory that many tasks share: each waits until there is room for what it needs, the first that came first. */
export interface ByteBudget {
  /**
   * Runs the task with a buffer of that many bytes, whose content is anything, when there is room. The buffer is the
   * task's until its promise settles, and another's afterwards. A task that needs more than there is at all runs alone.
   */
  spend<T>(bytes: number, task: (buffer: Buffer) => Promise<T>): Promise<T>;
}

/**
 * Large buffers go from task to task: the collector sees buffers only by their small handles and would leave many times
 * the budget behind while work goes fast. They are let go once no task is left.
 * @param total in bytes
 * @param blockBytes a task that needs no more than this, but more than a quarter of it, holds a whole block
 */
export function createByteBudget(total: number, blockBytes: number): ByteBudget {
  let free = total;
  const waiting: { readonly need: number; readonly go: () => void }[] = [];
  const blocks: Buffer[] = [];
  const admit = (): void => {
    for (let next = waiting[0]; next && next.need <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.need;
      next.go();
    }
  };
  return {
    async spend(bytes, task) {
      const isBlock = bytes <= blockBytes && bytes > blockBytes / 4;
      const need = Math.min(isBlock ? blockBytes : bytes, total);
      await new Promise<void>((go) => {
        waiting.push({ need, go });
        admit();
      });
      let memory: Buffer | undefined;
      try {
        memory = (isBlock && blocks.pop()) || Buffer.allocUnsafeSlow(isBlock ? blockBytes : bytes);
        return await task(memory.subarray(0, bytes));
      } finally {
        if (isBlock && memory) blocks.push(memory);
        free += need;
        if (free === total && waiting.length === 0) blocks.length = 0;
        admit();
      }
    },
  };
}

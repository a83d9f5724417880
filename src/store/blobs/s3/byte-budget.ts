/** Memory that many tasks share: each waits until there is room for what it needs, the first that came first. */
export interface ByteBudget {
  /** Runs the task when there is room. A task that needs more than there is at all runs alone. */
  spend<T>(bytes: number, task: () => Promise<T>): Promise<T>;
}

export function createByteBudget(total: number): ByteBudget {
  let free = total;
  const waiting: { readonly need: number; readonly go: () => void }[] = [];
  const admit = (): void => {
    for (let next = waiting[0]; next && next.need <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.need;
      next.go();
    }
  };
  return {
    async spend(bytes, task) {
      const need = Math.min(bytes, total);
      await new Promise<void>((go) => {
        waiting.push({ need, go });
        admit();
      });
      try {
        return await task();
      } finally {
        free += need;
        admit();
      }
    },
  };
}

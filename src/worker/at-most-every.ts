/** Something that is done at once when it has rested long enough, and else, once for all calls meanwhile, when it has. */
export interface Throttled {
  call(): void;
  /** What was put off is not done any more. */
  cancel(): void;
}

/** @param intervalMs between the beginnings of two calls of `act`, at least */
export function atMostEvery(intervalMs: number, act: () => void): Throttled {
  let resting: NodeJS.Timeout | undefined;
  let isCalled = false;
  const begin = (): void => {
    isCalled = false;
    resting = setTimeout(() => {
      resting = undefined;
      if (isCalled) begin();
    }, intervalMs);
    act();
  };
  return {
    call() {
      if (resting) isCalled = true;
      else begin();
    },
    cancel() {
      clearTimeout(resting);
      isCalled = false;
    },
  };
}

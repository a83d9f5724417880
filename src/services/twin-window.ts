/** A request that a client sends again this many seconds after its first try, or later, is a wish of its own. */
export const TWIN_WINDOW_SECONDS = 120;

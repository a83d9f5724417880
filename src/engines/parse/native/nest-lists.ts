import type { FlowList, FlowListEntry, Inline } from '../items/flow.ts';

/** A list entry as office documents have it: a paragraph that says how deep it stands. */
export interface LevelledEntry {
  readonly content: Inline;
  /** From 0. */
  readonly level: number;
  readonly ordered: boolean;
  /** Its number, where the document counts it; by default one more than its neighbour's. */
  readonly number?: number;
  /** How the number is written where it is not like `3.`. */
  readonly label?: string;
}

interface OpenList {
  readonly level: number;
  readonly ordered: boolean;
  readonly start: number;
  readonly entries: OpenEntry[];
}
interface OpenEntry {
  readonly entry: LevelledEntry;
  readonly lists: OpenList[];
}

/** Deeper entries stay beside each other. */
const DEEPEST = 32;

/**
 * Nests entries by level. An entry of another kind, or one whose number does not follow, begins a new list at the same
 * depth.
 */
export function nestLists(entries: readonly LevelledEntry[]): FlowList[] {
  const roots: OpenList[] = [];
  const open: OpenList[] = [];
  for (const entry of entries) {
    const level = Math.min(entry.level, DEEPEST);
    while ((open.at(-1)?.level ?? -1) > level) open.pop();
    let current = open.at(-1);
    if (!current || current.level < level || !continues(current, entry)) {
      if (current?.level === level) open.pop();
      const started: OpenList = { level, ordered: entry.ordered, start: entry.number ?? 1, entries: [] };
      (open.at(-1)?.entries.at(-1)?.lists ?? roots).push(started);
      open.push(started);
      current = started;
    }
    current.entries.push({ entry, lists: [] });
  }
  return roots.map(close);
}

function continues(list: OpenList, entry: LevelledEntry): boolean {
  if (list.ordered !== entry.ordered) return false;
  return !entry.ordered || entry.number === undefined || entry.number === list.start + list.entries.length;
}

function close(list: OpenList): FlowList {
  return {
    kind: 'list',
    ordered: list.ordered,
    ...(list.ordered && { start: list.start }),
    entries: list.entries.map(({ entry, lists }): FlowListEntry => ({
      content: entry.content,
      ...(entry.label !== undefined && { label: entry.label }),
      ...(lists.length > 0 && { lists: lists.map(close) }),
    })),
  };
}

import { measureInTurn, type Latencies } from './latency.ts';
import { listCases } from './list-cases.ts';
import { preparePages, type ListTable, type PageName } from './list-table.ts';

/** One page of one list, over HTTP and as the bare page query. */
export interface Measured {
  readonly name: string;
  readonly page: PageName;
  /** Rows of the whole list. */
  readonly total: number;
  readonly http: Latencies;
  readonly sql: Latencies;
  /**
   * The HTTP call on the small table in the same rounds. Absent when that has no such page, or one of fewer batches:
   * it would say what batches cost on a page, not in a table.
   */
  readonly small?: Latencies;
  /** Tables that a plan, on the large or the small table, reads from end to end. */
  readonly scans: readonly string[];
}

/**
 * Measures every combination of filters on its first, middle and last page.
 * @param options.calls of each kind per page
 * @param options.only the lists whose names have this in them
 */
export async function measureLists(
  large: ListTable,
  small: ListTable,
  options: { readonly pageSize: number; readonly calls: number; readonly only: string },
): Promise<Measured[]> {
  const measured: Measured[] = [];
  const smallCases = await listCases(small.database.db, small.database.projectId);
  const cases = await listCases(large.database.db, large.database.projectId);
  await warmUp(large, options.pageSize);
  for (const { name, query } of cases.filter((one) => one.name.includes(options.only))) {
    const smallQuery = smallCases.find((one) => one.name === name)?.query ?? {};
    const smallPages = await preparePages(small, smallQuery, options.pageSize);
    for (const [page, prepared] of await preparePages(large, query, options.pageSize)) {
      const { total, rows, scans, ...calls } = prepared;
      const other = smallPages.get(page);
      const alike = other && other.rows >= rows * LEAST_SHARE && rows >= other.rows * LEAST_SHARE;
      const times = await measureInTurn(options.calls, { ...calls, ...(alike && { small: other.http }) });
      measured.push({ name, page, total, ...times, scans: [...scans, ...(other?.scans ?? [])] });
    }
  }
  return measured;
}

/** Calls before the first that is measured: until a server has run its code a few hundred times, it is slow. */
const WARM_UP_CALLS = 300;

async function warmUp(table: ListTable, pageSize: number): Promise<void> {
  const [first] = (await preparePages(table, {}, pageSize)).values();
  for (let call = 0; first && call < WARM_UP_CALLS; call++) {
    await first.http();
    await first.sql();
  }
}

/** Pages that differ by less in their number of batches are compared. */
const LEAST_SHARE = 0.8;

import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronUp } from 'lucide-react';
import {
  memo,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** A track of the grid, such as `120px` or `minmax(160px, 2fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** Lets people sort by this; only where the whole list is at hand. */
  readonly sortBy?: (row: Row) => string | number;
  /** Left out on screens narrower than this many pixels. */
  readonly from?: 900 | 1200;
}

export interface DataTableProps<Row> {
  /** What the table shows, for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  /** Rows in the whole list, where more may be on the server. */
  readonly total?: number | undefined;
  /** Which rows are ticked; absent: rows cannot be. */
  readonly selection?: ReadonlySet<string>;
  readonly onSelection?: (selection: ReadonlySet<string>) => void;
  /** What a row's tick box is called. */
  readonly rowName?: (row: Row) => string;
  /** Called when the last rows come into sight. */
  readonly onEnd?: () => void;
  /** Called with the rows in sight. */
  readonly onVisible?: (rows: readonly Row[]) => void;
  readonly footer?: ReactNode;
}

const ROW_HEIGHT = 40;
/** Rows before the end at which the next ones are fetched. */
const AHEAD = 30;

/**
 * A table that draws only the rows in sight, so that ten thousand cost as much as thirty. Arrow keys, Page Up and
 * Down, Home and End move from row to row.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rowId, selection, onSelection, onEnd, onVisible } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<Sort | null>(null);
  const rows = useMemo(() => sorted(props.rows, columns, sort), [props.rows, columns, sort]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;

  useEffect(() => {
    if (last >= rows.length - AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);
  useEffect(() => {
    onVisible?.(rows.slice(first, last + 1));
  }, [first, last, rows, onVisible]);

  const move = (event: KeyboardEvent) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]');
    const step = STEPS[event.key];
    if (!row || step === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const to = Math.min(rows.length - 1, Math.max(0, Number(row.dataset['index']) + step));
    virtual.scrollToIndex(to);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"] :is(a, button)`)?.focus(),
    );
  };
  const tick = useCallback(
    (row: Row) => {
      const next = new Set(selection);
      if (!next.delete(rowId(row))) next.add(rowId(row));
      onSelection?.(next);
    },
    [selection, rowId, onSelection],
  );
  const allTicked = rows.length > 0 && selection?.size === rows.length;

  return (
    <div
      className="table"
      role="table"
      aria-label={props.label}
      aria-rowcount={(props.total ?? rows.length) + 1}
      data-columns={columns.length}
      ref={(element) => {
        setTracks(element, columns, selection !== undefined);
      }}
    >
      <div
        className="table-scroller"
        ref={scroller}
        tabIndex={0}
        onKeyDown={move}
        role="rowgroup"
        aria-label={props.label}
      >
        <div className="table-head" role="row" aria-rowindex={1}>
          {selection && (
            <span role="columnheader" className="table-tick">
              <input
                type="checkbox"
                aria-label="Select all that are shown"
                checked={allTicked}
                onChange={() => onSelection?.(allTicked ? new Set() : new Set(rows.map(rowId)))}
              />
            </span>
          )}
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={setSort} />
          ))}
        </div>
        <div
          className="table-body"
          role="presentation"
          ref={(element) => {
            if (element) element.style.height = `${virtual.getTotalSize()}px`;
          }}
        >
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const id = rowId(row);
            const ticked = selection?.has(id) ?? false;
            return (
              <TableRow
                key={id}
                row={row}
                index={index}
                start={start}
                columns={columns}
                ticked={ticked}
                tickName={selection ? (props.rowName?.(row) ?? id) : null}
                onTick={tick}
              />
            );
          })}
        </div>
        {props.footer}
      </div>
    </div>
  );
}

interface TableRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  /** Distance from the top of the body, in pixels. */
  readonly start: number;
  readonly columns: readonly Column<Row>[];
  readonly ticked: boolean;
  /** What its tick box is called; null: it has none. */
  readonly tickName: string | null;
  readonly onTick: (row: Row) => void;
}

/** A row that did not change is not drawn again while the table scrolls. */
const TableRow = memo(DrawnRow) as typeof DrawnRow;

function DrawnRow<Row>(props: TableRowProps<Row>) {
  const { row, index, start, columns, ticked, tickName, onTick } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={tickName === null ? undefined : ticked}
      data-index={index}
      className={`table-row ${ticked ? 'is-ticked' : ''}`}
      style={{ transform: `translateY(${start}px)` }}
    >
      {tickName !== null && (
        <span role="cell" className="table-tick">
          <input
            type="checkbox"
            aria-label={`Select ${tickName}`}
            checked={ticked}
            onChange={() => onTick(row)}
          />
        </span>
      )}
      {columns.map((column) => (
        <span key={column.id} role="cell" className={cellClass(column)}>
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

interface HeaderCellProps<Row> {
  readonly column: Column<Row>;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const active = sort?.column === column.id ? sort : null;
  if (!column.sortBy) {
    return (
      <span role="columnheader" className={cellClass(column)}>
        {column.header}
      </span>
    );
  }
  const next = active === null ? { column: column.id, descending: false } : afterwards(active);
  return (
    <span
      role="columnheader"
      className={cellClass(column)}
      aria-sort={active === null ? 'none' : active.descending ? 'descending' : 'ascending'}
    >
      <button type="button" className="table-sort" onClick={() => onSort(next)}>
        {column.header}
        {active && (active.descending ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />)}
      </button>
    </span>
  );
}

/** Ascending, then descending, then as the server lists them. */
const afterwards = (sort: Sort): Sort | null => (sort.descending ? null : { ...sort, descending: true });

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 15,
  PageUp: -15,
  Home: -Infinity,
  End: Infinity,
};

const cellClass = <Row,>({ align, from }: Column<Row>): string =>
  `table-cell ${align === 'end' ? 'is-end' : ''} ${from ? `from-${from}` : ''}`;

/** The tracks for each width of screen, as variables that the style sheet chooses from. */
function setTracks<Row>(element: HTMLElement | null, columns: readonly Column<Row>[], ticks: boolean): void {
  for (const width of [0, 900, 1200]) {
    const shown = columns.filter((column) => (column.from ?? 0) <= width).map((column) => column.width);
    element?.style.setProperty(`--tracks-${width}`, [...(ticks ? ['36px'] : []), ...shown].join(' '));
  }
}

function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const value = columns.find((column) => column.id === sort?.column)?.sortBy;
  if (!sort || !value) return rows;
  const order = new Intl.Collator('en', { numeric: true });
  const direction = sort.descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [value(left), value(right)];
    return (
      direction * (typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(`${a}`, `${b}`))
    );
  });
}

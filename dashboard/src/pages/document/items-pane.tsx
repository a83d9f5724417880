import { useEffect, useRef } from 'react';
import type { PageItem } from '../../api/wire.ts';
import { Notice } from '../../components/states.tsx';
import { itemId, type ReadPage } from './marks.ts';
import { Markdown, SafeHtml } from './safe-html.tsx';

interface ItemsPaneProps {
  readonly page: ReadPage;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
}

/** What was read on a page, one item after the other. */
export function ItemsPane({ page, active, onActive }: ItemsPaneProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (active === null || list.current?.querySelector(':hover')) return;
    list.current?.querySelector(`[data-item="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  if (page.error !== null) return <Notice look="error">{page.error}</Notice>;
  if (page.items.length === 0) return <p className="muted">Nothing was found on this page.</p>;
  return (
    <ol className="items" ref={list} aria-label="Items of the page">
      {page.items.map((item, index) => {
        const id = itemId(page.number, index);
        return (
          <li
            // Items of a page keep their order.
            key={id}
            data-item={id}
            tabIndex={0}
            className={active === id ? 'is-active' : ''}
            onMouseEnter={() => onActive(id)}
            onMouseLeave={() => onActive(null)}
            onFocus={() => onActive(id)}
            onBlur={() => onActive(null)}
          >
            <span className="item-kind">{kindOf(item)}</span>
            <ItemContent item={item} />
          </li>
        );
      })}
    </ol>
  );
}

function kindOf(item: PageItem): string {
  return item.type === 'heading' ? `heading ${item.level}` : item.type;
}

function ItemContent({ item }: { readonly item: PageItem }) {
  if (item.type === 'table') {
    return (
      <>
        {item.parse_concerns?.map(({ details }) => (
          <Notice key={details} look="warning">
            {details}
          </Notice>
        ))}
        <div className="table-item" tabIndex={0} aria-label="Table">
          <SafeHtml html={item.html} />
        </div>
      </>
    );
  }
  if (item.type === 'heading') return <p className={`item-heading level-${item.level}`}>{item.value}</p>;
  if (item.type === 'code') return <pre>{item.value}</pre>;
  return <Markdown text={item.md} />;
}

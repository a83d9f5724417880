import { ChevronLeft, ChevronRight } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { IconButton } from '../../components/button.tsx';
import type { Mark, ReadPage } from './marks.ts';
import type { Picture } from './use-picture.ts';

const PdfPicture = lazy(() => import('./pdf-picture.tsx'));

interface PageViewProps {
  readonly page: ReadPage;
  readonly pages: number;
  readonly picture: Picture;
  readonly marks: readonly Mark[];
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onPage: (page: number) => void;
}

/** The page as it looks, with the boxes of what was read on it. */
export function PageView(props: PageViewProps) {
  const { page, pages, picture, marks, active, onActive, onPage } = props;
  const sheet = useRef<HTMLDivElement>(null);
  const width = useWidth(sheet);
  const label = `Page ${page.number} as it looks`;
  return (
    <section className="page-pane" aria-label="Page">
      <div className="pane-bar">
        <IconButton label="Page before" disabled={page.number <= 1} onClick={() => onPage(page.number - 1)}>
          <ChevronLeft aria-hidden />
        </IconButton>
        <label className="inline-field">
          <span>Page</span>
          <input
            type="number"
            min={1}
            max={pages}
            value={page.number}
            onChange={(event) => {
              const wanted = event.target.valueAsNumber;
              if (wanted >= 1 && wanted <= pages) onPage(wanted);
            }}
          />
          <span>of {pages}</span>
        </label>
        <IconButton label="Next page" disabled={page.number >= pages} onClick={() => onPage(page.number + 1)}>
          <ChevronRight aria-hidden />
        </IconButton>
        {picture.kind === 'outline' && <span className="muted small">{picture.why}</span>}
      </div>
      <div className="sheet-scroller" tabIndex={0} aria-label="Picture of the page">
        <div
          ref={sheet}
          className={`sheet ${picture.kind === 'outline' ? 'is-outline' : ''}`}
          style={{ aspectRatio: `${page.width} / ${page.height}` }}
        >
          {picture.kind === 'pdf' && (
            <Suspense>
              <PdfPicture url={picture.url} page={page.number} width={width} label={label} />
            </Suspense>
          )}
          {picture.kind === 'image' && <img className="page-picture" src={picture.url} alt={label} />}
          <Boxes page={page} marks={marks} active={active} onActive={onActive} />
        </div>
      </div>
    </section>
  );
}

type BoxesProps = Pick<PageViewProps, 'page' | 'marks' | 'active' | 'onActive'>;

/** For the pointer alone: with the keyboard, the same is reached in the list beside the page. */
function Boxes({ page, marks, active, onActive }: BoxesProps) {
  const share = (part: number, whole: number): string => `${(part / whole) * 100}%`;
  return (
    <div className="boxes" aria-hidden>
      {marks.flatMap((mark) =>
        mark.boxes.map((box, index) => (
          <div
            // Boxes of a mark keep their order.
            key={`${mark.id}-${index}`}
            data-mark={mark.id}
            className={`box box-${mark.label} ${active === mark.id ? 'is-active' : ''}`}
            style={{
              left: share(box.x, page.width),
              top: share(box.y, page.height),
              width: share(box.w, page.width),
              height: share(box.h, page.height),
            }}
            onMouseEnter={() => onActive(mark.id)}
            onMouseLeave={() => onActive(null)}
          />
        )),
      )}
    </div>
  );
}

/** How wide the element is, to ten pixels, so that dragging a window does not draw a page a hundred times. */
function useWidth(element: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.round(entry.contentRect.width / 10) * 10);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

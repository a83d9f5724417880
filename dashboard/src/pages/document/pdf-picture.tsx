import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';
import worker from 'pdfjs-dist/build/pdf.worker.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { ErrorState } from '../../components/states.tsx';

GlobalWorkerOptions.workerSrc = new URL(worker, document.baseURI).href;

const dataUrl = (folder: string): string => new URL(`pdf/${folder}/`, document.baseURI).href;
/** Pixels per point at most: sharp on dense screens without canvases of a hundred megabytes. */
const MAX_SCALE = 3;

interface PdfPictureProps {
  readonly url: string;
  readonly page: number;
  /** Width on the screen, in CSS pixels. */
  readonly width: number;
  readonly label: string;
}

/** A page of a PDF, drawn in the browser: the document is hostile, and the server never draws it for this. */
export default function PdfPicture({ url, page, width, label }: PdfPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    setError(null);
    const loading = getDocument({
      url,
      cMapUrl: dataUrl('cmaps'),
      standardFontDataUrl: dataUrl('standard_fonts'),
      wasmUrl: dataUrl('wasm'),
      iccUrl: dataUrl('iccs'),
      isEvalSupported: false,
      disableAutoFetch: true,
    });
    loading.promise.then(setPdf, (reason: unknown) => {
      if (!loading.destroyed) setError(reason);
    });
    return () => {
      setPdf(null);
      void loading.destroy();
    };
  }, [url]);

  useEffect(() => {
    if (!pdf || width === 0) return undefined;
    let cancel = () => {};
    let stale = false;
    cancel = () => (stale = true);
    const draw = async (): Promise<void> => {
      const source = await pdf.getPage(page);
      const target = canvas.current;
      if (stale || !target) return;
      const size = source.getViewport({ scale: 1 });
      const scale = Math.min(MAX_SCALE, (width / size.width) * devicePixelRatio);
      const viewport = source.getViewport({ scale });
      target.width = Math.ceil(viewport.width);
      target.height = Math.ceil(viewport.height);
      const task = source.render({ canvas: target, viewport });
      cancel = () => {
        stale = true;
        task.cancel();
      };
      await task.promise;
    };
    draw().catch((reason: unknown) => {
      if (!stale) setError(reason);
    });
    return () => cancel();
  }, [pdf, page, width]);

  if (error !== null) return <ErrorState error={error} />;
  return <canvas ref={canvas} className="page-picture" role="img" aria-label={label} />;
}

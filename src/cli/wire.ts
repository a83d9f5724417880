/** The parts of the API's answers that the commands read. */

export interface WirePage<Item> {
  readonly items: readonly Item[];
  readonly next_page_token: string | null;
  readonly total_size: number;
}

export interface WireBatch {
  readonly id: string;
  readonly status: 'PENDING' | 'THROTTLED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly waiting_reason: string | null;
  readonly progress: {
    readonly total: number;
    readonly pending: number;
    readonly running: number;
    readonly completed: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly pages: number;
  };
  readonly results:
    | readonly {
        readonly source_directory_file_id: string;
        readonly job_reference: { readonly type: string; readonly id: string } | null;
        readonly error_message: string | null;
      }[]
    | null;
}

export interface WireParseResult {
  readonly job: {
    readonly id: string;
    readonly status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
    readonly error_message: string | null;
  };
  readonly markdown_full: string | null;
  readonly job_metadata: {
    readonly started_at: string | null;
    readonly finished_at: string | null;
    readonly error_code: string | null;
    readonly seconds?: number;
    readonly pages?: { readonly total: number; readonly failed: number };
  } | null;
}

export interface WireExtractJob {
  readonly id: string;
  readonly status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly error_message: string | null;
  readonly extract_result: unknown;
  readonly extract_metadata: unknown;
  readonly metadata: {
    readonly usage: { readonly num_pages_extracted: number };
    readonly started_at: string | null;
    readonly finished_at: string | null;
    readonly seconds?: number;
  } | null;
}

import type { Services } from '../../../services/context.ts';
import { listDataPoints } from '../../../services/job-data-points.ts';
import { JobDataPointListQuery, JobDataPointPage } from '../../schemas/job-data-point.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { createdQuery } from '../time.ts';
import { presentDataPoint } from './present.ts';

/** `/api/v1/job-data-points`, contract section 11: how the project's jobs fared, for charts and alarms. */
export function jobDataPointRoutes(app: HttpServer, services: Services): void {
  app.get(
    '/api/v1/job-data-points',
    {
      schema: {
        tags: ['job-data-points'],
        querystring: JobDataPointListQuery,
        response: { 200: JobDataPointPage },
      },
    },
    async (request) => {
      const { query } = request;
      const page = await listDataPoints(services, request.principal.projectId, {
        jobType: query.job_type,
        hours: query.hours,
        statuses: query.status,
        pageSize: query.page_size,
        pageToken: query.page_token,
        ...createdQuery(query),
      });
      return presentPage(page, presentDataPoint);
    },
  );
}

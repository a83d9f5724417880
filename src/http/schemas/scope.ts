import { Type, type Static } from 'typebox';

/**
 * Query fields accepted by nearly every operation. A key belongs to one project, so they can only confirm it;
 * anything else is answered with 404 before the handler runs.
 */
export const ProjectScope = {
  project_id: Type.Optional(Type.String({ description: "The key's own project, if given." })),
  organization_id: Type.Optional(
    Type.String({ description: "The organization of the key's project, if given." }),
  ),
};

/** Query of an operation that takes nothing but the scope. */
export const ScopeQuery = Type.Object(ProjectScope);
export type ScopeQuery = Static<typeof ScopeQuery>;

/** Sheaf's mark; decoration only. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return <img src="favicon.svg" width={size} height={size} alt="" />;
}

/** The mark: water standing high behind a weir, falling over it, and flowing on lower. */
export const Logo = ({ size = 24 }: { readonly size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="var(--water)"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
  >
    <path d="M2 7.2c1.2-1.1 2.4-1.1 3.6 0s2.4 1.1 3.6 0" strokeWidth="2" />
    <path d="M9.2 7.2h2.6c2.3 0 3 1.6 3 4v1.6c0 2 .7 3.4 2.2 3.4" strokeWidth="2" />
    <path d="M11 11.4V20" strokeWidth="2.6" />
    <path d="M17 16.2c.8.7 1.7.7 2.5 0s1.7-.7 2.5 0" strokeWidth="2" />
    <path d="M2 20h20" strokeWidth="2" opacity=".35" />
  </svg>
);

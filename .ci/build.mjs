/** `npm run build`: builds the static site into `dist/`, whatever is there. */
import { build, ensurePackages, orSayWhy } from './setup.mjs';

await orSayWhy(() => {
  ensurePackages();
  build();
});

/** `npm run build`: builds the static site into `dist/`, whatever is there. */
import { build, ensurePackages } from './setup.mjs';

ensurePackages();
build();

/** `npm run readme`: writes the table of operators into README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { operators } from '../engine/operators/list.ts';
import { withOperatorTable } from './operator-table.ts';

const file = new URL('../../README.md', import.meta.url);
writeFileSync(file, withOperatorTable(readFileSync(file, 'utf8'), operators));

/** For tests: the examples of SCRIPT.md, each a job, a script and what it prints. Pure, so that it can be read in a browser too. */

export interface DocumentedExample {
  readonly title: string;
  /** Of a job file. */
  readonly job: string;
  readonly script: string;
  readonly printed: string;
}

export const examplesOf = (document: string): readonly DocumentedExample[] =>
  document
    .split(/^## Example: /m)
    .slice(1)
    .map((section) => ({
      title: section.split('\n', 1)[0] ?? '',
      job: blockOf(section, 'json'),
      script: blockOf(section, 'script'),
      printed: blockOf(section, 'text'),
    }));

function blockOf(section: string, language: string): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(section) ?? [];
  return text;
}

/** Outputs that depend on parameters: what asks for them, from the drawn job to the plan. */
import { describe, expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import { connect, insertOnEdge, setParam, whyNotConnect } from './edits.ts';
import type { Job } from './job.ts';
import { outputIndex, outputsOf, portsOf } from './ports.ts';
import { problemAdvice, problemMessage } from './problems.ts';
import { kinds, node } from './testing/kinds.ts';
import { edge, job } from './testing/short-jobs.ts';
import { planJob } from './translate.ts';

const tagged = kinds.get('tagged');
const tags = (...all: string[]) => all.map((tag) => ({ tag, columns: [] }));
const names = (params: Readonly<Record<string, unknown>>) => outputsOf(tagged, params).map(({ name }) => name);
const end = (id: string, port: string) => ({ node: id, port });

/** `a` into `m`, whose outputs lead to sinks of their names. */
function branching(given: readonly string[], edges: readonly string[]): Job {
  const sinks = ['out', ...given].map((tag) => node(`z${tag}`, 'sink'));
  const params = { tags: tags(...given) };
  return job([node('a', 'source'), node('m', 'tagged', { params }), ...sinks], ['a -> m', ...edges]);
}
const two = branching(['b', 'c'], ['m -> zout', 'm.b -> zb', 'm.c -> zc']);

describe('the outputs of a node', () => {
  it('are those that its parameters declare, in their order', () => {
    expect(names({ tags: tags('b', 'c') })).toEqual(['out', 'b', 'c']);
    expect(outputIndex(tagged, { tags: tags('b', 'c') }, 'c')).toBe(2);
    expect(outputIndex(tagged, { tags: tags('b') }, 'c')).toBe(-1);
    expect(portsOf(tagged, { tags: tags('b') }, 'input')).toEqual([{ name: 'in' }]);
  });

  it('are those of the defaults for what is not said or cannot be read', () => {
    expect(names({})).toEqual(['out']);
    expect(names({ tags: 7 })).toEqual(['out']);
  });

  it('stay where they are while another parameter is wrong', () => {
    expect(names({ tags: tags('b'), limit: 'many' })).toEqual(['out', 'b']);
    const wrong = setParam(two, 'm', 'limit', 'many');
    expect(analyse(wrong, kinds).problems.map(({ code }) => code)).toEqual(['invalid-param']);
  });

  it('of a kind that is not known are none', () => {
    expect(outputsOf(undefined, {})).toEqual([]);
  });
});

describe('an edge from a declared output', () => {
  it('carries the stream of its own type', () => {
    const { problems, types } = analyse(two, kinds);
    expect(problems).toEqual([]);
    expect(types.get('zc')?.inputs[0]?.schema).toEqual([{ name: 'c', type: 'string' }]);
    expect(types.get('zb')?.inputs[0]?.schema).toEqual([{ name: 'b', type: 'string' }]);
  });

  it('leaves by the port of its place in the plan, chained or not', () => {
    const chained = planJob(two, kinds);
    const apart = planJob({ ...two, settings: { ...two.settings, chaining: false } }, kinds);
    if (!chained.ok || !apart.ok) throw new Error('the job can be planned');
    const links = chained.value.jobGraph.vertices.flatMap((vertex) => vertex.chained);
    expect(links.map(({ to, fromPort }) => [to, fromPort])).toContainEqual(['zc', 2]);
    expect(apart.value.jobGraph.edges.map(({ toNode, fromPort }) => [toNode, fromPort])).toContainEqual(['zb', 1]);
  });

  it('is a problem that says what to do once its tag is gone, and none when it is back', () => {
    const without = setParam(two, 'm', 'tags', tags('b'));
    const [problem, ...others] = analyse(without, kinds).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'unknown-tag', edge: 'm.c -> zc' });
    expect(problem && problemMessage(problem)).toBe('“m” has no output “c”; there are: out, b.');
    expect(problem && problemAdvice(problem)).toContain('Give “m” a side output with this tag again');
    expect(analyse(setParam(without, 'm', 'tags', tags('b', 'c')), kinds).problems).toEqual([]);
  });

  it('of an operator that has it or not is a problem, too, and nothing of tags is said', () => {
    const nodes = [node('a', 'source'), node('m', 'sorting'), node('z', 'sink'), node('zl', 'sink')];
    const whole = job(nodes, ['a -> m', 'm -> z', 'm.late -> zl']);
    expect(analyse(whole, kinds).problems).toEqual([]);
    const [problem] = analyse(setParam(whole, 'm', 'late', false), kinds).problems;
    expect(problem).toMatchObject({ code: 'unknown-port', edge: 'm.late -> zl' });
    expect(problem && problemMessage(problem)).toBe('“m” has no output port “late”; there are: out.');
    expect(problem && problemAdvice(problem)).not.toContain('tag');
  });

  it('can be drawn from what is declared, and from nothing else', () => {
    const bare = branching(['b'], ['m -> zout']);
    expect(whyNotConnect(bare, kinds, end('m', 'b'), end('zb', 'in'))).toBeNull();
    expect(connect(bare, kinds, end('m', 'd'), end('zb', 'in'))).toMatchObject({
      ok: false,
      error: { code: 'unknown-tag', node: 'm' },
    });
  });

  it('may be unconnected, as any side output', () => {
    expect(analyse(branching(['b'], ['m -> zout']), kinds).problems.filter(({ node: of }) => of === 'm')).toEqual([]);
  });
});

it('an operator put into an edge passes on by its main output', () => {
  const line = job(
    [node('a', 'source'), node('m', 'tagged', { params: { tags: tags('b') } }), node('z', 'sink')],
    ['a -> z'],
  );
  const inserted = insertOnEdge(line, kinds, edge('a -> z').id, 'm');
  expect(inserted.ok && inserted.value.job.edges.map(({ from }) => `${from.node}.${from.port}`)).toEqual([
    'a.out',
    'm.out',
  ]);
});

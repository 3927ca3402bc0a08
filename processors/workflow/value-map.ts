import { RectoError } from '#schemas/errors.ts';
import type { Scope } from './evaluate-node.ts';
import { parseExpression, type Expression } from './expression.ts';
import { isRecord, type Work } from './expression-values.ts';
import { GIVEN_ROOTS, type ValueMap } from './workflow.ts';

const MAX_DEPTH = 16;

/** In a map, a text is an expression when it begins with `$.`, or with a function's name and a parenthesis and holds a `$.`. */
function isExpression(text: string): boolean {
  return text.startsWith('$.') || text === '$' || (/^[a-z]+\(/.test(text) && text.includes('$.'));
}

/** Every expression of a map, with its path in it. @throws RectoError workflow_invalid */
export function findExpressions(value: unknown, path = '', depth = 0): { path: string; expression: Expression }[] {
  if (depth > MAX_DEPTH) throw new RectoError('workflow_invalid', `${path} is nested deeper than ${MAX_DEPTH}.`);
  if (typeof value === 'string') return isExpression(value) ? [{ path, expression: parseExpression(value) }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => findExpressions(item, `${path}/${key}`, depth + 1));
}

/** The map with its expressions computed, each of them on the workflow's budget. What has no value is left out. */
export function evaluateMap(map: ValueMap, scope: Scope, budget: Work): Record<string, unknown> {
  return evaluateValue(map, scope, budget, 0) as Record<string, unknown>;
}

function evaluateValue(value: unknown, scope: Scope, budget: Work, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new RectoError('workflow_invalid', `A map is nested deeper than ${MAX_DEPTH}.`);
  if (typeof value === 'string') return isExpression(value) ? parseExpression(value).evaluate(scope, budget) : value;
  if (Array.isArray(value)) return value.map((item) => evaluateValue(item, scope, budget, depth + 1) ?? null);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, evaluateValue(item, scope, budget, depth + 1)]);
  return Object.fromEntries(entries.filter(([key, item]) => item !== undefined && key !== '__proto__'));
}

/** Stops at the first character too many, so that a value that names one text a thousand times is not walked to its end. */
export function hasMoreCharacters(value: unknown, limit: number): boolean {
  let left = limit;
  const visit = (part: unknown): boolean => {
    left -= typeof part === 'string' ? part.length : 1;
    if (left < 0) return true;
    if (typeof part !== 'object' || part === null) return false;
    return Object.entries(part).some(([key, item]) => ((left -= Array.isArray(part) ? 0 : key.length), visit(item)));
  };
  return visit(value);
}

const TARGET = /^\$((?:\.[A-Za-z_][A-Za-z0-9_]*)+)$/;

/**
 * The names of a path that a step may write: `$.style_analysis`, `$.result.text`.
 * @throws RectoError workflow_invalid for any other, and for what is given
 */
export function parseTarget(path: string): string[] {
  const names = TARGET.exec(path)?.[1]?.slice(1).split('.');
  if (!names || names.some((name) => name === '__proto__')) {
    throw new RectoError('workflow_invalid', `“${path}” is not a path to keep a value at; write “$.name”.`);
  }
  if ((GIVEN_ROOTS as readonly string[]).includes(names[0]!)) {
    throw new RectoError('workflow_invalid', `“$.${names[0]}” is given and can’t be written.`);
  }
  return names;
}

/** A copy of the state with the value at the path. */
export function withValue(state: Readonly<Record<string, unknown>>, names: readonly string[], value: unknown): Record<string, unknown> {
  const [name, ...rest] = names;
  if (name === undefined) return { ...state };
  if (rest.length === 0) return { ...state, [name]: value };
  const inner = state[name];
  return { ...state, [name]: withValue(isRecord(inner) ? inner : {}, rest, value) };
}

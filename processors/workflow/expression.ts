/**
 * Expressions of the seed's workflow language: `$.data.style || $.style_analysis.detected_style`,
 * `len($.data.content.split())`. jsep gives the syntax tree; nothing of it is ever run as JavaScript.
 */
import jsep from 'jsep';
import { RectoError } from '#schemas/errors.ts';
import { evaluateNode, type Scope } from './evaluate-node.ts';
import { EXPRESSION_FUNCTIONS } from './expression-functions.ts';
import { EXPRESSION_METHODS } from './expression-methods.ts';
import { childrenOf, type ExpressionNode } from './expression-node.ts';
import type { Work } from './expression-values.ts';

const MAX_LENGTH = 2_000;
const MAX_DEPTH = 64;

export interface Expression {
  readonly source: string;
  /** First names after `$`: `data` of `$.data.content`. */
  readonly roots: readonly string[];
  /**
   * @param budget what a whole workflow may still touch, beside the limit of each expression
   * @throws RectoError workflow_step_failed, naming the expression
   */
  evaluate(scope: Scope, budget?: Work): unknown;
}

/** @throws RectoError workflow_invalid, naming the expression and what can't be understood in it */
export function parseExpression(source: string): Expression {
  const invalid = (why: string, cause?: unknown): RectoError =>
    new RectoError('workflow_invalid', `The expression “${shorten(source)}” can’t be used: ${why}.`, { cause });
  if (source.length > MAX_LENGTH) throw invalid(`it is longer than ${MAX_LENGTH} characters`);
  let root: ExpressionNode;
  try {
    root = jsep(source) as ExpressionNode;
  } catch (error) {
    // Also jsep's own stack overflow on deep nesting.
    throw invalid(error instanceof Error ? error.message : 'it can’t be parsed', error);
  }
  const roots = new Set<string>();
  const problem = findProblem(root, roots, 0);
  if (problem) throw invalid(problem);
  return {
    source,
    roots: [...roots],
    evaluate(scope, budget = { left: MAX_WORK }) {
      const allowed = Math.min(MAX_WORK, budget.left);
      const work = { left: allowed };
      try {
        return evaluateNode(root, scope, work);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new RectoError('workflow_step_failed', `“${shorten(source)}” can’t be computed: ${why}.`, { cause: error });
      } finally {
        budget.left -= allowed - work.left;
      }
    },
  };
}

/** Characters and items that one evaluation may touch: seconds at the very most, whatever the text. */
const MAX_WORK = 100_000_000;

const OPERATORS = new Set(['||', '??', '&&', '==', '!=', '===', '!==', '<', '>', '<=', '>=', '+', '-', '*', '/', '%']);
const UNARY_OPERATORS = new Set(['-', '+', '!']);

/** What in a tree is outside of the language, or null; collects the roots on the way. */
function findProblem(node: ExpressionNode, roots: Set<string>, depth: number): string | null {
  if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH}`;
  switch (node.type) {
    case 'Literal':
      return ['string', 'number', 'boolean'].includes(typeof node.value) || node.value === null ? null : 'only text, numbers, true, false and null stand for themselves';
    case 'Identifier':
      return node.name === '$' ? null : `“${node.name}” is not known; values begin with “$.”`;
    case 'MemberExpression':
      if (node.object.type === 'Identifier' && node.object.name === '$') {
        if (node.computed || node.property.type !== 'Identifier') return 'after “$” comes a dot and a name';
        roots.add(node.property.name);
        return null;
      }
      break;
    case 'CallExpression':
      return findCallProblem(node, roots, depth);
    case 'BinaryExpression':
      if (!OPERATORS.has(node.operator)) return `there is no operator “${node.operator}”`;
      break;
    case 'UnaryExpression':
      if (!UNARY_OPERATORS.has(node.operator)) return `there is no operator “${node.operator}”`;
      break;
    case 'ConditionalExpression':
    case 'ArrayExpression':
      break;
    default:
      return node.type === 'Compound' ? 'it is not one expression' : `“${node.type}” is not part of the language`;
  }
  return findInChildren(childrenOf(node), roots, depth);
}

function findCallProblem(node: ExpressionNode & { type: 'CallExpression' }, roots: Set<string>, depth: number): string | null {
  const { callee } = node;
  if (callee.type === 'Identifier') {
    if (!EXPRESSION_FUNCTIONS.has(callee.name)) return `there is no function “${callee.name}”`;
    return findInChildren(node.arguments, roots, depth);
  }
  if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    if (!EXPRESSION_METHODS.has(callee.property.name)) return `there is no method “${callee.property.name}”`;
    return findInChildren([callee.object, ...node.arguments], roots, depth);
  }
  return 'only named functions and methods can be called';
}

function findInChildren(nodes: readonly ExpressionNode[], roots: Set<string>, depth: number): string | null {
  for (const node of nodes) {
    const problem = findProblem(node, roots, depth + 1);
    if (problem) return problem;
  }
  return null;
}

function shorten(source: string): string {
  return source.length > 120 ? `${source.slice(0, 119)}…` : source;
}

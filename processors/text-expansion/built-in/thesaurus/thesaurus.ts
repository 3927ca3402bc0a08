import { BODY } from './body.ts';
import { DOING } from './doing.ts';
import type { Entry } from './entry.ts';
import { FEELING } from './feeling.ts';
import { GENERAL } from './general.ts';
import { HOUSE } from './house.ts';
import { LAND } from './land.ts';
import { LIGHT } from './light.ts';
import { MIND } from './mind.ts';
import { MODERN } from './modern.ts';
import { PEOPLE } from './people.ts';
import { SEA } from './sea.ts';
import { SENSES } from './senses.ts';
import { TOWN } from './town.ts';
import { WEATHER } from './weather.ts';

export const THESAURUS: readonly Entry[] = [
  ...WEATHER, ...LIGHT, ...LAND, ...SEA, ...HOUSE, ...TOWN, ...BODY, ...FEELING, ...MIND, ...DOING, ...PEOPLE, ...SENSES, ...MODERN, ...GENERAL,
];

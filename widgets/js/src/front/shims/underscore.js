// The functions Backbone uses for models, views and events; the whole of underscore is thrice as long.
export {
  any, clone, create, defaults, defer, each, escape, extend, functions, has, invert, isArray, isEmpty, isEqual,
  isFunction, isObject, isRegExp, isString, iteratee, keys, map, matches, omit, once, pairs, pick, reduce, result,
  some, uniqueId, values,
} from "underscore/modules/index.js";

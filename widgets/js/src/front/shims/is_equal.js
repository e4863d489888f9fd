// In the place of lodash/isEqual; underscore's compares views of binary data by their bytes, too.
export { default } from "underscore/modules/isEqual.js";

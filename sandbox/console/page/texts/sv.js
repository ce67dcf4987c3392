// The product's texts, which its modules ask for, and the console's own.

import pages from "/pages/texts/sv.js";
import own from "./console.sv.js";

export default { ...pages, ...own, failure: { ...pages.failure, ...own.failure } };

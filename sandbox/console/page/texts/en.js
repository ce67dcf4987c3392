// The product's texts, which its modules ask for, and the console's own.

import pages from "/pages/texts/en.js";
import own from "./console.en.js";

export default { ...pages, ...own, failure: { ...pages.failure, ...own.failure } };

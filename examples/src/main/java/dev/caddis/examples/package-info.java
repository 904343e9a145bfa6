/// How is the library used? Small programs that the manual quotes, each with a `main`.
@NullMarked
package dev.caddis.examples;

import org.jspecify.annotations.NullMarked;

/** The ingress: receive, authenticate, parse, admit, tag, seal, publish; one package per stage, wired here. */
@NullMarked
package io.sluice.gateway;

import org.jspecify.annotations.NullMarked;

/** From a verified certificate and a body to an answer, with its entries durable in between. No HTTP here. */
@NullMarked
package io.sluice.reveal.answer;

import org.jspecify.annotations.NullMarked;
